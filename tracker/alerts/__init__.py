"""Who wants to know? Alerts, their hits and the mails that tell of them; imports events."""
