"""What becomes of an event: which alerts report it, and the rows that say so once."""
