"""On which law, how far and where does an act go, and what became of it on appeal?"""
