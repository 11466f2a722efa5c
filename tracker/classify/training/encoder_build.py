"""Build the encoder's files: base wheel + own headlines + labelled entries of feeds -> FOLDER."""

import hashlib
import json
import logging
import random
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import sentencepiece

from tracker.classify.encoder.files import FORMAT, LAYERS, MANIFEST, PIECES
from tracker.classify.encoder.run import PREFIX, TEXT_LIMIT
from tracker.classify.encoder.vectors import unpack
from tracker.classify.measure.stream import StreamEntry, folds_of
from tracker.classify.scoring import sentence_input
from tracker.classify.training import packing, tuning, word_pieces
from tracker.classify.training.base_weights import WHEEL, WHEEL_SHA256, Base
from tracker.classify.training.examples import Example
from tracker.classify.training.tuning import NO_KIND, Row
from tracker.classify.words.clean import clean

log = logging.getLogger(__name__)
HEADLINE_RATE, STREAM_RATE, LAST_RATE = 6e-5, 5e-5, 3e-5
REPEATED = 3_000  # headlines that are read again with the entries, so that kinds are not forgotten
IN_DOUBT = 0.6  # weight of an entry that somebody else may label differently
FOLDS = 3
SEED = 20
DIGITS = 2  # of the scores that are kept


def text_of(title: str, summary: str) -> str:
    """Write a text as the encoder reads it, in tuning as in use."""
    text = f"{title}. {summary}" if summary else title
    return unicodedata.normalize("NFKC", (PREFIX + text)[:TEXT_LIMIT])


def headline_rows(examples: Iterable[Example]) -> list[Row]:
    """Return the own headlines."""
    return [
        Row(
            text_of(example.text.title, example.text.summary),
            bool(example.kinds),
            list(type(example.kinds[0])).index(example.kinds[0]) if example.kinds else NO_KIND,
        )
        for example in examples
    ]


def stream_rows(entries: Iterable[StreamEntry]) -> list[Row]:
    """Return the entries of feeds; one without a label counts as no act."""
    return [
        Row(
            text_of(*sentence_input(clean(entry.text))),
            bool(entry.kinds),
            list(type(entry.kinds[0])).index(entry.kinds[0]) if entry.kinds else NO_KIND,
            IN_DOUBT if entry.is_doubtful else 1.0,
        )
        for entry in entries
    ]


def make_pieces(base: Base, texts: Iterable[str], folder: Path) -> None:
    """Write the word pieces; needed once, since tuning does not change them."""
    folder.mkdir(parents=True, exist_ok=True)
    word_pieces.write_pieces(base, word_pieces.choose_pieces(base, texts), folder / PIECES)


def read_vectors(folder: Path) -> tuning.Vectors:
    """Return the word pieces of a folder, unpacked for tuning."""
    with np.load(folder / PIECES) as arrays:
        tokenizer = sentencepiece.SentencePieceProcessor(model_proto=arrays["tokenizer"].tobytes())
        table = unpack(arrays["codes"], arrays["scales"])
        return tuning.Vectors(tokenizer, table, arrays["places"])


def tune_net(
    base: Base,
    vectors: tuning.Vectors,
    headlines: Sequence[Row],
    entries: Sequence[StreamEntry],
) -> tuple[tuning.Net, list[dict[str, Any]]]:
    """Tune a net; return it, and of each entry what a net said that was not tuned on its months.

    FOLDS nets are tuned, each on all months but those of one fold; their mean is better than each,
    since they began alike, and their scores cost nothing more. The mean reads everything once more,
    and what is returned lies halfway between before and after.
    """
    started = tuning.Net(base)
    tuning.tune(started, vectors, headlines, HEADLINE_RATE, SEED)
    if not entries:
        return started, []
    rows, places = stream_rows(entries), folds_of(entries, FOLDS)
    nets, scores = [], []
    for fold in range(FOLDS):
        others = [row for row, place in zip(rows, places, strict=True) if place != fold]
        own = [i for i, place in enumerate(places) if place == fold]
        again = random.Random(fold).sample(headlines, min(REPEATED, len(headlines)))  # noqa: S311
        net = tuning.Net(base)
        net.load_state_dict(started.state_dict())
        tuning.tune(net, vectors, [*others, *again], STREAM_RATE, SEED + fold)
        events, kinds = tuning.predict(net, vectors, [rows[i].text for i in own])
        for i, event, logs in zip(own, events, kinds, strict=True):
            kinds_of = [round(float(log), DIGITS) for log in logs]
            scores.append({"id": entries[i].id, "event": round(float(event), 3), "kinds": kinds_of})
        nets.append(net)
    mean, last = _mean(nets), tuning.Net(base)
    last.load_state_dict(mean.state_dict())
    again = random.Random(FOLDS).sample(headlines, min(REPEATED, len(headlines)))  # noqa: S311
    tuning.tune(last, vectors, [*rows, *again], LAST_RATE, SEED + FOLDS, passes=1)
    return _mean([mean, last]), scores


def _mean(nets: Sequence[tuning.Net]) -> tuning.Net:
    states = [net.state_dict() for net in nets]
    mean = {name: sum(state[name] for state in states) / len(states) for name in states[0]}
    nets[0].load_state_dict(mean)
    return nets[0]


def write_all(net: tuning.Net, folder: Path, trained_on: dict[str, str]) -> str:
    """Write the layers and the manifest next to the word pieces; return the version.

    `trained_on` is name -> SHA-256 of what the weights were made from.
    """
    packing.write_layers(net, folder / LAYERS)
    files = {
        name: {
            "bytes": (folder / name).stat().st_size,
            "sha256": hashlib.sha256((folder / name).read_bytes()).hexdigest(),
        }
        for name in (PIECES, LAYERS)
    }
    version = str(files[LAYERS]["sha256"])[:12]
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "version": version,
        "base": {"name": "multilingual-e5-small", "licence": "MIT", "wheel": WHEEL},
        "base_sha256": WHEEL_SHA256,
        "trained_on": trained_on,
        "files": files,
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", "utf-8")
    return version
