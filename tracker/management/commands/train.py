"""manage.py train"""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from tracker.classify.model.word_model import WEIGHTS
from tracker.classify.training.examples import (
    TrainingError,
    data_version,
    read_examples,
    with_summaries,
)
from tracker.events.learning import corrections
from tracker.management.command import PlainCommand


class Command(PlainCommand):
    help = (
        "Make the classifier's weights from the headlines in classify/data/training, the same bytes"
        " each time. Needs scikit-learn (requirements-dev.txt)."
    )
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--out", type=Path, default=WEIGHTS, help="where to write them")
        parser.add_argument(
            "--with-corrections",
            action="store_true",
            help="learn from what editors decided too (asks the database)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            from tracker.classify.training.fit import fit  # noqa: PLC0415 - scikit-learn may be absent

            given, version = read_examples(), data_version()
            if options["with_corrections"]:
                corrected = [one for _, one in corrections.correction_examples()]
                given += corrected
                version = f"{version}+{len(corrected)}"
            weights = fit(with_summaries(given), version)
        except ImportError as error:
            raise CommandError(f"training needs scikit-learn: {error}") from None
        except TrainingError as error:
            raise CommandError(str(error)) from None
        # Sorted keys: the same headlines give the same bytes.
        text = json.dumps(weights, ensure_ascii=False, indent=1, sort_keys=True)
        options["out"].write_text(text + "\n", "utf-8")
        count = sum(1 for one in given if one.kinds)
        self.stdout.write(
            f"{len(given)} examples, {count} of them events: weights {weights['version']}"
        )
