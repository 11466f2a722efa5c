"""Who or what was affected, by where a name stands? Finds names that no list knows, too.

May import words and letters.
"""
