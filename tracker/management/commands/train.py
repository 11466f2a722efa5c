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
            help="also learn from editors' decisions (uses the database)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            from tracker.classify.training.fit import fit  # noqa: PLC0415 - scikit-learn may be absent

            examples, version = read_examples(), data_version()
            if options["with_corrections"]:
                corrected = [example for _, example in corrections.correction_examples()]
                examples += corrected
                version = f"{version}+{len(corrected)}"
            weights = fit(with_summaries(examples), version)
        except ImportError as error:
            raise CommandError(f"training needs scikit-learn: {error}") from None
        except TrainingError as error:
            raise CommandError(str(error)) from None
        # Sorted keys, so that the same headlines give the same bytes.
        text = json.dumps(weights, ensure_ascii=False, indent=1, sort_keys=True)
        options["out"].write_text(text + "\n", "utf-8")
        count = sum(1 for example in examples if example.kinds)
        self.stdout.write(
            f"{len(examples)} examples, {count} of them events: weights {weights['version']}"
        )
