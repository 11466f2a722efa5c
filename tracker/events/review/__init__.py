"""What should an editor look at? The queue and readers' suggestions; above all other rooms."""
