"""What should an editor look at? The queues and readers' suggestions; above all other rooms."""
