"""manage.py score FILE..."""

import json
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from tracker.classify import SentenceModel, Text, classify, encoder
from tracker.classify.measure import rates
from tracker.classify.measure.natural import natural_pairs, report_lines
from tracker.classify.measure.rates import Label, Pair, Rate
from tracker.classify.measure.recorded import load_recorded
from tracker.classify.measure.stream import read_stream
from tracker.management.command import PlainCommand

LEAST = 15  # minimum entries of a language for its own line


class Command(PlainCommand):
    help = (
        "Measure the classifier on labelled entries: files with a JSON object a line {title,"
        " summary, lang, published, kinds, platforms, targets, occurred, coverage}. With --stream,"
        " measure it at the natural rate of feeds: how many of the events shown are acts, how many"
        " of the acts are shown, and how many of 1,000 entries are wrongly shown."
    )
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="*", type=Path)
        parser.add_argument(
            "--stream",
            type=Path,
            metavar="FOLDER",
            help="a folder with stream.jsonl.gz, stream-languages.jsonl.gz, picked.jsonl.gz and"
            " stream-labels.jsonl",
        )
        parser.add_argument(
            "--scores",
            type=Path,
            metavar="FILE",
            help="read the entries of --stream with these scores of the sentence model, which"
            " manage.py tune --scores wrote for entries that it had not seen",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["files"] and options["stream"] is None:
            raise CommandError("give files of labelled entries, or --stream FOLDER")
        if options["files"]:
            self._score_files(options["files"])
        if options["stream"] is not None:
            self._score_stream(options["stream"], options["scores"])

    def _score_stream(self, folder: Path, scores: Path | None) -> None:
        try:
            entries = read_stream(folder)
            sentence = encoder.load()
            reader = sentence if scores is None else load_recorded(scores, entries, sentence)
        except (OSError, ValueError, KeyError) as error:
            raise CommandError(f"{folder}: {type(error).__name__}: {error}") from None
        if scores is None:
            self.stdout.write(
                "Without --scores: the sentence model has seen these entries, and looks better"
                " than it is."
            )
        pairs = natural_pairs((entry, classify(entry.text, sentence=reader)) for entry in entries)
        for line in report_lines(pairs):
            self.stdout.write(line)

    def _score_files(self, files: list[Path]) -> None:
        sentence = encoder.load()
        pairs = [pair for path in files for pair in _pairs(path, sentence)]
        if not pairs:
            raise CommandError("these files contain no entries")
        say = self.stdout.write
        of_found, end_to_end = rates.kind_accuracy(pairs)
        kinds = rates.kind_f1(pairs)
        say(f"entries      {len(pairs)}, {sum(bool(w.kinds) for w, _ in pairs)} of them events")
        say(f"relevance    {_score_line(rates.relevance(pairs))}")
        say(f"kind         {of_found:.3f} of those found, {end_to_end:.3f} end to end")
        say(f"kinds        macro-F1 {sum(kinds.values()) / max(1, len(kinds)):.3f}")
        for kind, f1 in kinds.items():
            say(f"  {kind:20} F1 {f1:.3f}")
        say(f"platforms    {_score_line(rates.names_rate(pairs, lambda label: label.platforms))}")
        say(f"targets      {_score_line(rates.names_rate(pairs, lambda label: label.targets))}")
        say(f"occurred     {rates.days_share(pairs):.3f} exact, of those labelled")
        say(f"coverage     {rates.coverage_share(pairs):.3f} of those found")
        for language in sorted({w.language for w, _ in pairs}):
            own = [pair for pair in pairs if pair[0].language == language]
            if len(own) >= LEAST:
                f1 = rates.relevance(own).f1
                say(f"  {language:4} {len(own):4} entries, relevance F1 {f1:.3f}")
        say("confidence   from, to, events, right main kind")
        for low, high, count, right in rates.confidence_bins(pairs):
            say(f"  {low:.2f} {high:.2f} {count:5} {right:.3f}")
        for precision in (0.95, 0.90):
            load = rates.review_load(pairs, precision)
            load_in_words = (
                "not reached" if load is None else f"{load:.0%} of the events are reviewed"
            )
            say(f"review load  at precision {precision:.2f}: {load_in_words}")


def _score_line(rate: Rate) -> str:
    return f"precision {rate.precision:.3f}, recall {rate.recall:.3f}, F1 {rate.f1:.3f}"


def _pairs(path: Path, sentence: SentenceModel | None) -> list[Pair]:
    pairs = []
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path}: {error}") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            pairs.append(_pair(json.loads(line), sentence))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise CommandError(f"{path}, line {number}: {type(error).__name__}: {error}") from None
    return pairs


def _pair(row: dict[str, Any], sentence: SentenceModel | None) -> Pair:
    label = Label(
        language=row.get("lang") or "",
        kinds=tuple(row["kinds"]),
        platforms=frozenset(row.get("platforms") or ()),
        targets=frozenset(row.get("targets") or ()),
        occurred=row.get("occurred") or "",
        coverage=row.get("coverage") or "",
    )
    told = row.get("published")
    day = datetime.fromisoformat(told).date() if told else None
    text = Text(row["title"], row.get("summary") or "")
    return label, classify(text, day, sentence=sentence)
