"""The API, version 1: read by everybody, written by editors with a token."""
