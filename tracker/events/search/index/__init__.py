"""Which events have which value? Sets of ids in this process, and snapshots that answer queries."""
