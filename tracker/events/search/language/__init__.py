"""What does a typed query say, and does an event match it? Pure; may import record's words."""
