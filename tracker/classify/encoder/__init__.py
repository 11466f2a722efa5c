"""What does a whole sentence say? A small multilingual encoder, used in addition to the linear
model.

It runs in workers and commands, never in a web process, and only on what passes the gate. Without
its files, or with damaged ones, classification continues with the linear model alone and logs it.
"""

from tracker.classify.encoder.files import EncoderError, status, usable_version
from tracker.classify.encoder.run import Encoder, SentenceScore, load

__all__ = ["Encoder", "EncoderError", "SentenceScore", "load", "status", "usable_version"]
