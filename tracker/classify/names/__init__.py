"""Who or what was hit, found by where the name stands: also names that no list knows."""

from tracker.classify.names.rank import ENOUGH, OpenName, Reading, open_names
from tracker.classify.names.tokens import CASELESS

__all__ = ["CASELESS", "ENOUGH", "OpenName", "Reading", "open_names"]
