"""What does a body hold? Bytes to entries, in processes of their own."""
