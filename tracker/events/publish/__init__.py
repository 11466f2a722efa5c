"""What leaves the record as files? Exports, dumps, citations; read only."""
