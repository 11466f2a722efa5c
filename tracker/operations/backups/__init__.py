"""How is the database kept and brought back? Backup files and their checked restore."""
