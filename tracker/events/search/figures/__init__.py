"""How many events are what? Counts for comparing, crossing and mapping, from sets of ids alone."""
