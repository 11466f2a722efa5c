"""How many events are what: counts for comparing, crossing and mapping, from sets of ids alone."""
