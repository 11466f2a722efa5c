"""What each page shows, as typed, frozen values: made of queries before, read by templates."""
