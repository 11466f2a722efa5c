"""What do editors' corrections teach the classifier? Imports models."""
