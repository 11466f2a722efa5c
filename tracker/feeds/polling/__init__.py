"""Poll feeds: claim them, have them read, and store the outcome."""
