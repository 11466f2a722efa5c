"""Which article is it, and whose?"""
