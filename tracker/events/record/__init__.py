"""What do we say happened? The only writes to events; imports models and the pure rooms."""
