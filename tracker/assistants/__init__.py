"""What may an assistant ask? The record as tools of the Model Context Protocol, read only."""
