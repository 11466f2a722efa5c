"""How likely are two reports to describe one act, and why? Terms by subject; pure."""
