"""What are the weights made from, and how? Needs scikit-learn or torch; no worker loads it.

May import everything of `classify`.
"""
