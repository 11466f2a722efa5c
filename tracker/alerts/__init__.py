"""Who wants to know? Alerts, their hits and the mails that report them; imports events."""
