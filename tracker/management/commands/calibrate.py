"""manage.py calibrate FOLDER"""

import json
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from tracker.classify.measure.recorded import RecordedModel, load_recorded
from tracker.classify.measure.stream import StreamEntry, StreamError, hashes, read_stream
from tracker.classify.model.combine import BOTH, CALIBRATION, WORDS_ALONE, calibration_inputs
from tracker.classify.scoring import score_text
from tracker.classify.words.clean import clean
from tracker.management.command import PlainCommand

DIGITS = 3
STRENGTH = 1.0  # inverse regularisation strength


class Command(PlainCommand):
    help = (
        "Make data/calibration.json: what the scores of both readers mean at the rate of acts in"
        " ordinary feeds. FOLDER holds entries of feeds with labels, SCORES what `manage.py tune"
        " --scores` wrote of them. Needs scikit-learn."
    )
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("scores", type=Path)
        parser.add_argument("--out", type=Path, default=CALIBRATION, help="where to write it")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            entries = read_stream(options["folder"])
            reader = load_recorded(options["scores"], entries)
            # Entries that were picked by their words would change the rate that confidence is about
            # (decision D44).
            used = [e for e in entries if e.is_natural and not e.is_doubtful]
            weights = {
                BOTH: _fit(_rows(used, reader)),
                WORDS_ALONE: _fit(_rows(used, None)),
            }
        except ImportError as error:
            raise CommandError(f"calibrating needs scikit-learn: {error}") from None
        except (StreamError, OSError, KeyError) as error:
            raise CommandError(str(error)) from None
        content = {"made_from": hashes(options["folder"]), "weights": weights}
        options["out"].write_text(json.dumps(content, indent=1) + "\n", "utf-8")
        self.stdout.write(json.dumps(weights, indent=1))


def _rows(
    entries: Iterable[StreamEntry], reader: RecordedModel | None
) -> list[tuple[dict[str, float], bool]]:
    rows = []
    for entry in entries:
        if reader is not None and not reader.has(entry):
            continue  # it did not pass the gate, or has no score
        scored = score_text(clean(entry.text), sentence=reader)
        if scored is not None and (reader is None or scored.sentence_score is not None):
            inputs = calibration_inputs(scored.word_score, scored.sentence_score, scored.placement)
            rows.append((inputs, bool(entry.kinds)))
    return rows


def _fit(rows: list[tuple[dict[str, float], bool]]) -> dict[str, float]:
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - development only

    names = sorted(rows[0][0])
    model = LogisticRegression(C=STRENGTH, max_iter=1000)
    model.fit([[inputs[name] for name in names] for inputs, _ in rows], [act for _, act in rows])
    weights = dict(zip(names, model.coef_[0], strict=True)) | {"bias": model.intercept_[0]}
    return {name: round(float(weight), DIGITS) for name, weight in weights.items()}
