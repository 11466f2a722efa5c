"""How does news reach a subscriber? The queue, digests, mails, webhooks and bounces."""
