"""Is it alive, and what is wrong with it?"""
