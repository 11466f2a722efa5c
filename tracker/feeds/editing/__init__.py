"""What can an editor do to the feeds, and which are selected? Writes what no poll writes."""
