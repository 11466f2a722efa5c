"""What did the record say at a past moment? Everything that an answer shows, as it was then: rows
(`rows.py`) and the sets that queries choose from (`sets.py`, `snapshot.py`).
"""
