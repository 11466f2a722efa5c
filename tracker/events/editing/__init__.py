"""What do editors change, and how is it undone? Imports the record and the consensus."""
