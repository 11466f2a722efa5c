"""How does it look? Pages over all other packages, read mostly; never talks to the broker."""
