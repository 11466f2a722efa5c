"""Does a text report an act, and of which kind? Features, the word model, the combined score,
rules.

May import the encoder's scores, words and letters; knows no fact but the kind.
"""
