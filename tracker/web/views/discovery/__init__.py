"""How people, programs and search engines come to events: help, suggestions, all values of a facet,
the site map.
"""
