"""What do the columns of the tables mean, and how do archives describe them? Pure."""
