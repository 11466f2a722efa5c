"""What does a whole sentence say? A small multilingual encoder, read beside the linear model.

It runs in workers and commands, never in a web process, and only on what passes the gate. Without
its files, or with damaged ones, classification goes on with the linear model alone and says so.
"""

from tracker.classify.encoder.files import EncoderError, status
from tracker.classify.encoder.run import Encoder, SentenceScore, load

__all__ = ["Encoder", "EncoderError", "SentenceScore", "load", "status"]
