"""The commands, thin like views."""
