"""What do the reports of an event say together? Candidates, votes and links; imports the record."""
