"""Does it keep running? Clocks, status, owners' mails, retention, backups, broker and logs; imports
alerts and below.
"""
