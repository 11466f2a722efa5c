"""Who, where, when, why and how much? Each module finds one fact of an act, with its words.

May import names, words and letters; knows nothing of the models.
"""
