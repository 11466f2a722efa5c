"""Collections of events with notes: their owners, their events, and the briefs made from them."""
