"""What does a typed query say, and does it hold of an event? Pure; may import record's words."""
