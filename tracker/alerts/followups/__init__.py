"""Which alerts report an event, and its later developments? Writes each hit once."""
