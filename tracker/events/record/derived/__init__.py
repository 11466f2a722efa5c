"""What follows from a record: columns, search texts, headlines, terms and versions for queries."""
