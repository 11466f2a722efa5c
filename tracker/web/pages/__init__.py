"""What does each page show? Typed, frozen values, built from queries and read by templates."""
