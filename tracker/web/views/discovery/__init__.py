"""How do people, programs and search engines find events? help, suggestions, all values of a facet,
the site map.
"""
