"""Run the forward pass: text -> log-odds of an act and log-probabilities of the ten kinds.

Word pieces and their 4-bit vectors are looked up here; the layers run in onnxruntime.
"""

import io
import logging
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracker.classify.data_files import load_once
from tracker.classify.encoder.files import (
    FOLDER,
    LAYERS,
    PIECES,
    WITHOUT,
    EncoderError,
    check_sizes,
    read_file,
)

log = logging.getLogger(__name__)
PREFIX = "passage: "  # the base model was trained with it
TEXT_LIMIT = 1_000  # characters that are read
PIECE_LIMIT = 110  # word pieces that are read: time grows with them
BATCH = 16
BLOCK = 32  # values of a vector that share a scale
START, END = 0, 2  # ids of the pieces around a text


@dataclass(frozen=True)
class SentenceScore:
    """The sentence model's score: `event` is the log-odds that a text reports an act, `kinds` the
    log-probability of each kind in the order of Kind.
    """

    event: float
    kinds: tuple[float, ...]


class Encoder:
    """The loaded sentence model. About 100 MB of memory; use one per process."""

    def __init__(self, pieces: bytes, layers: bytes, version: str) -> None:
        import numpy as np  # noqa: PLC0415 - a web process never loads these
        import onnxruntime  # noqa: PLC0415
        import sentencepiece  # noqa: PLC0415

        from tracker.classify.encoder.vectors import unpack  # noqa: PLC0415

        self.version = version
        self._np: Any = np
        self._unpack = unpack
        with np.load(io.BytesIO(pieces)) as arrays:
            self._codes: Any = arrays["codes"]  # pieces x blocks x 16 bytes of two values
            self._scales: Any = arrays["scales"]  # pieces x blocks
            self._places: Any = arrays["places"].astype("float32")
            tokenizer = arrays["tokenizer"].tobytes()
        self._tokenizer: Any = sentencepiece.SentencePieceProcessor(model_proto=tokenizer)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # a worker has one core
        options.enable_cpu_mem_arena = False  # texts differ in length; the arena only grows
        self._session: Any = onnxruntime.InferenceSession(
            layers, options, providers=["CPUExecutionProvider"]
        )

    def read(self, titles_and_summaries: Sequence[tuple[str, str]]) -> list[SentenceScore]:
        """Return one score per text, in the given order. Never raises because of a text's
        content.
        """
        ids = [self._ids(title, summary) for title, summary in titles_and_summaries]
        sentence_scores: dict[int, SentenceScore] = {}
        # Texts of similar length share a batch, since padding costs as much as words.
        by_length = sorted(range(len(ids)), key=lambda i: len(ids[i]))
        for start in range(0, len(ids), BATCH):
            places = by_length[start : start + BATCH]
            sentence_scores.update(zip(places, self._run([ids[i] for i in places]), strict=True))
        return [sentence_scores[i] for i in range(len(ids))]

    def _ids(self, title: str, summary: str) -> list[int]:
        text = f"{title}. {summary}" if summary else title
        clean = unicodedata.normalize("NFKC", (PREFIX + text)[:TEXT_LIMIT])
        clean = clean.encode("utf-8", "replace").decode("utf-8")  # lone surrogates
        return [START, *self._tokenizer.encode(clean)[:PIECE_LIMIT], END]

    def _run(self, batch: Sequence[Sequence[int]]) -> list[SentenceScore]:
        np = self._np
        longest = max(map(len, batch))
        vectors = np.zeros((len(batch), longest, self._places.shape[1]), "float32")
        mask = np.zeros((len(batch), longest), "float32")
        for row, ids in enumerate(batch):
            words = self._unpack(self._codes[ids], self._scales[ids])
            vectors[row, : len(ids)] = words + self._places[: len(ids)]
            mask[row, : len(ids)] = 1.0
        event, kinds = self._session.run(None, {"vectors": vectors, "mask": mask})
        return [
            SentenceScore(float(score), tuple(map(float, row)))
            for score, row in zip(event, kinds, strict=True)
        ]


@load_once
def load(folder: Path = FOLDER) -> Encoder | None:
    """Load the encoder of this process; None without it, and the reason is logged once."""
    try:
        # Any fault of the files only disables the sentence model, not the worker: the word model
        # continues alone.
        manifest = check_sizes(folder)
        pieces = read_file(folder, PIECES, manifest)
        layers = read_file(folder, LAYERS, manifest)
        return Encoder(pieces, layers, manifest.version)
    except EncoderError as error:
        why = str(error)
    except ImportError as error:
        why = f"{error.name} is not installed"
    except Exception as error:  # noqa: BLE001 - a library may raise anything for a foreign file
        why = str(error)
    log.warning("the sentence model is not used", extra={"error": why, "hint": WITHOUT})
    return None
