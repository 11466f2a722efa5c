"""From what does a process start that needs the index of events?"""
