"""Who may work on the record, and who did what? May import alerts and below."""
