"""Who or what was hit, found by where the name stands: also names that no list knows."""

from tracker.classify.names.rank import OpenName, best_of, ranked
from tracker.classify.names.rank import open_names as open_names
from tracker.classify.names.spans import CASELESS

__all__ = ["CASELESS", "OpenName", "best_of", "open_names", "ranked"]
