"""How may a migration change tables? Imports only Django."""
