"""Pages of people with an account: signing in, joining, passwords, and what owners decide."""
