"""What may an editor do to the feeds, and which are chosen? It writes what no poll writes."""
