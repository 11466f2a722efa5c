"""How is a text written? Scripts, folding, language, spellings; knows no word list.

May import nothing of the tracker.
"""
