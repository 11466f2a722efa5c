"""Which reports are of one act, and what do they say together? Pure: no database."""
