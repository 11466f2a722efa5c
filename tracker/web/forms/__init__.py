"""Forms of the site, by subject."""
