"""Pages for subscribers and their alerts."""
