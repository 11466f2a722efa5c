"""What is this site called? Imports nothing of ours."""
