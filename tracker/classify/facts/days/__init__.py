"""On which day, and from which day on? Reads the days that a text names.

May import words and letters.
"""
