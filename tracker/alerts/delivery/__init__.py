"""How does news reach a subscriber? The queue, digests, mails, web hooks and bounces."""
