"""What does a body contain? Bytes to entries, in separate processes."""
