"""How is the database backed up and restored? Backup files and their checked restore."""
