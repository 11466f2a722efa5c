"""What did we receive? Sources, feeds, entries and polls; knows HTTP and feedparser, imports
nothing of ours.
"""
