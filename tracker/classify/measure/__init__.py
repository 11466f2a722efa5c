"""How often is the classifier right? Compares classifications with labels.

May import everything of `classify` but training.
"""
