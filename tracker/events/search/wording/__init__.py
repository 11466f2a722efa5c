"""How are queries, their conditions, revisions and counts worded, for pages and mails?"""
