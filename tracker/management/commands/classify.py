"""manage.py classify < in.jsonl > out.jsonl"""

import json
import sys
from datetime import date, datetime
from typing import Any

from tracker.classify import Classification, Text, classify
from tracker.classify.encoder import load
from tracker.classify.explain import break_down_score, mark_evidence, quote_evidence
from tracker.classify.model.combine import SentenceModel
from tracker.classify.words.matching import Lexicon
from tracker.events.consensus.settle import confidence_bands
from tracker.events.grouping.batch import EntryGroups
from tracker.events.intake.preview import known_names
from tracker.management.command import PlainCommand
from tracker.text import json_text


class LineError(ValueError):
    """A line of the input that is not an entry; the message says what is wrong."""


class Command(PlainCommand):
    help = (
        "Classify entries: reads a JSON object a line {id, title, summary, published?, body?,"
        " lang?} from standard input, writes one a line {id, language, kinds, platforms, targets,"
        " occurred, coverage, event, confidence, shown, evidence, …}. `shown` is false for an act"
        " that is unsure; `event` groups the lines of one run; `occurred` is the day that the"
        " text tells, or null. Names that editors added count if there is a database; it needs"
        " none. A bad line"
        " is named on standard error and makes the exit code 1; the others are done."
    )
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument(
            "--explain",
            action="store_true",
            help="add `why` (the words that decided), `marked` (the text with its evidence) and"
            " `account` (what each word gave to the answer, and what it adds up to)",
        )
        parser.add_argument(
            "--words-alone",
            action="store_true",
            help="do not use the sentence model: faster, but less accurate",
        )

        parser.add_argument(
            "--lists-alone",
            action="store_true",
            help="leave out the names that editors added",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        # Invalid UTF-8 only fails its own line, not the run: surrogates are refused in _read.
        sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")  # type: ignore[union-attr]
        bad = 0
        groups, rows = EntryGroups(), []
        sentence = None if options["words_alone"] else load()
        names = None if options["lists_alone"] else known_names()
        for number, line in enumerate(sys.stdin, 1):
            if not line.strip():
                continue
            try:
                classification, entry = _read(line, names, sentence)
            except LineError as error:
                bad += 1
                self.stderr.write(f"line {number}: {error}")
                continue
            row = _row(classification, entry)
            if options["explain"]:
                row |= _explained(row, entry, names)
            if classification.is_event:
                groups.add_entry(
                    classification, entry.get("title") or "", entry.get("summary") or ""
                )
            rows.append(row)
        # An event combines its reports, so nothing is written before the last one was read.
        _settle([row for row in rows if row["kinds"]], groups)
        for row in rows:
            sys.stdout.write(json_text({"id": row.pop("id"), **row}) + "\n")
        if bad:
            sys.stdout.flush()
            raise SystemExit(1)


def _read(
    line: str, names: Lexicon | None, sentence: SentenceModel | None
) -> tuple[Classification, dict[str, Any]]:
    try:
        line.encode("utf-8")
        entry = json.loads(line)
    except UnicodeEncodeError:
        raise LineError("not UTF-8") from None
    except (ValueError, RecursionError) as error:
        raise LineError(f"not JSON: {error}") from None
    if not isinstance(entry, dict) or "id" not in entry:
        raise LineError("not an object with an id")
    for name in ("title", "summary", "body", "lang", "published"):
        if not isinstance(entry.get(name) or "", str):
            raise LineError(f"{name} is not text")
    day = _published(entry.get("published"))
    classification = classify(
        _text(entry), day, names=names, sentence=sentence, bands=confidence_bands()
    )
    return classification, entry


def _text(entry: dict[str, Any]) -> Text:
    return Text(*((entry.get(name) or "") for name in ("title", "summary", "body", "lang")))


def _explained(row: dict[str, Any], entry: dict[str, Any], names: Lexicon | None) -> dict[str, Any]:
    text = _text(entry)
    zones = {zone: words for zone, words in text.zones().items() if words}
    return {
        "why": quote_evidence(row["evidence"], "kinds"),
        "marked": {
            zone: mark_evidence(
                words, [piece for piece in row["evidence"] if piece["zone"] == zone]
            )
            for zone, words in zones.items()
        },
        "account": break_down_score(text, names=names).in_words(),
    }


def _published(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        raise LineError(f"published is {text!r}, not YYYY-MM-DD") from None


def _row(classification: Classification, entry: dict[str, Any]) -> dict[str, Any]:
    row = classification.as_dict() | {"id": entry["id"], "event": ""}
    # Only what the text gives, without fallbacks, like the labels.
    if classification.occurred_source != "text":
        row["occurred"] = ""
    row["occurred"] = row["occurred"] or None
    return row


def _settle(rows: list[dict[str, Any]], groups: EntryGroups) -> None:
    """Add to the rows of acts, in the order they were grouped, their event and its combined
    facts.
    """
    for row, outcome in zip(rows, groups.finish().outcomes, strict=True):
        row["event"] = f"e{outcome.event + 1}"
        for field in ("kinds", "platforms", "targets", "unlisted"):
            row[field] = list(getattr(outcome, field))
