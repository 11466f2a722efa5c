"""The Platform Policy Tracker. The map of the house; imports point down only:

urls                what address shows what
web | management    how does it look; the commands
tasks               what Celery runs, in the order of the flow
alerts              who wants to know?
events              what happened?
feeds | classify    what did we receive? what does this text say?

Rows are the queue, Celery is the hands: see docs/architecture.md.
"""
