"""How do entries and the known history become events? Imports search and below."""
