"""How may a migration change tables, and which errors are the database's? Imports only Django."""
