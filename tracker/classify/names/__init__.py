"""Who or what was affected, by the position of a name? Finds unlisted names, too.

May import words and letters.
"""
