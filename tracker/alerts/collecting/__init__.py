"""Collections of events with notes: whose they are, what they hold, and the brief made of them."""
