"""How does it look? Pages over all other packages, mostly read-only; never talks to the broker."""
