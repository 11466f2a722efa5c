"""A record as large as wanted, made up: what benchmarks look at. Few platforms and
targets have most of the events.
"""

import os
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path

CHUNK = 5_000
MADE = 100_000  # events that are made one by one; beyond, copies of all of them on other days
YEARS = 12
LAST = date(2026, 11, 1)
NOW = datetime(2026, 11, 2, tzinfo=UTC)
KINDS = {
    "account_suspension": 30,
    "content_removal": 20,
    "legal_action": 15,
    "policy_change": 10,
    "platform_block": 8,
    "reach_restriction": 6,
    "demonetization": 4,
    "service_denial": 3,
    "reinstatement": 3,
    "ad_ban": 1,
}
PLATFORMS, TARGETS, COUNTRIES = 40, 20_000, 60
WITH_TARGET = 0.6
DETAILS = 30_000  # stems that titles and summaries draw from
SUMMARY = 30  # words


VERBS = {
    "account_suspension": "suspends",
    "content_removal": "removes a post of",
    "legal_action": "is sued over",
    "policy_change": "changes its rules on",
    "platform_block": "is blocked because of",
    "reach_restriction": "limits the reach of",
    "demonetization": "stops paying",
    "service_denial": "drops",
    "reinstatement": "restores",
    "ad_ban": "bars advertising by",
}


@contextmanager
def database(name: str = "bench") -> Iterator[str]:
    """A database of its own, dropped at the end, on SQLite or, with DATABASE_URL, PostgreSQL; gives
    the name of which. Two that stand at once have two names.
    """
    import django  # noqa: PLC0415 - after the settings are chosen
    from django.conf import settings  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as place:
        os.environ.setdefault("VAR_DIR", place)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
        settings.DATABASES["default"]["TEST"] = {"NAME": f"{place}/{name}.db"}
        if "postgresql" in settings.DATABASES["default"]["ENGINE"]:
            settings.DATABASES["default"]["TEST"] = {"NAME": f"tracker_{name}"}
        django.setup()
        from django.db import connection  # noqa: PLC0415

        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            yield connection.vendor
        finally:
            connection.creation.destroy_test_db(str(Path(place) / "unused"), verbosity=0)


class World:
    """Events with a report each, spread over YEARS; few platforms and targets have most of them."""

    def __init__(self) -> None:
        from tracker.events.models import Entity  # noqa: PLC0415
        from tracker.events.search.language.values import codes_of  # noqa: PLC0415
        from tracker.feeds.models import Feed, Source  # noqa: PLC0415

        self.random = random.Random(1)
        self.serial = self.size = 0
        source = Source.objects.create(host="news.example", name="News")
        self.feed = Feed.objects.create(
            source=source,
            url="https://news.example/rss",
            domain="news.example",
            next_poll_at=NOW,
            created_at=NOW,
        )
        # Searches accept the codes of known platforms and countries only.
        slugs = ["facebook", "twitter", "youtube", "tiktok", "instagram", "telegram"]
        slugs += sorted({*codes_of("platform")} - {*slugs})[: PLATFORMS - len(slugs)]
        codes = sorted(code.upper() for code in codes_of("country"))[:COUNTRIES]
        targets = [f"target {n}" for n in range(TARGETS)]
        self.entities = {}
        for kind, values in (("platform", slugs), ("target", targets), ("country", codes)):
            rows = Entity.objects.bulk_create(
                [Entity(type=kind, slug=v, name=v) for v in values], batch_size=CHUNK
            )
            self.entities[kind] = rows
        self.shares = {
            kind: [1 / (rank + 1) for rank in range(len(rows))]
            for kind, rows in self.entities.items()
        }

    def pick(self, kind: str) -> object:
        return self.random.choices(self.entities[kind], self.shares[kind])[0]

    def facts(self) -> dict[str, object]:
        """What one report says."""
        roll = self.random
        day = LAST - timedelta(days=roll.randrange(YEARS * 365))
        with_target = roll.random() < WITH_TARGET
        kind = roll.choices(list(KINDS), list(KINDS.values()))[0]
        platform = self.pick("platform")
        target = self.pick("target") if with_target else None
        details = sorted(f"w{roll.randrange(DETAILS)}" for _ in range(6))
        words = [platform.name, VERBS[kind], target.name if target else "accounts", *details]
        return {
            "kind": kind,
            "platform": platform,
            "target": target,
            "country": self.pick("country"),
            "occurred": day.isoformat(),
            "recorded_at": datetime(day.year, day.month, day.day, 23, tzinfo=UTC),
            "details": details,
            "title": " ".join(words),
            "summary": " ".join(f"w{roll.randrange(DETAILS)}" for _ in range(SUMMARY)),
        }

    def grow(self, size: int) -> None:
        """Makes as many events as are wanted in all, and the statistics that a planner needs."""
        made = self.size
        self.fill(min(size, MADE) - min(made, MADE))
        for number in range(made // MADE if made > MADE else 1, size // MADE):
            self.copy(number)
        self.size = size
        self.analyze()

    def fill(self, count: int) -> None:
        for start in range(0, count, CHUNK):
            self._chunk([self.facts() for _ in range(min(CHUNK, count - start))])

    def copy(self, number: int) -> None:
        """Every event once more, with its parties and report, each on the day of another one."""
        from django.db import connection  # noqa: PLC0415

        from tracker.events.models import EntryClassification, Event, EventEntity, Report  # noqa: PLC0415
        from tracker.feeds.models import Entry  # noqa: PLC0415

        move = number * MADE
        day = (
            "(SELECT d.occurred FROM events_event d"
            f" WHERE d.id = (({{event}} * 7919 + {number}) % {MADE}) + 1)"
        )
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET statement_timeout = 0")
            for model, event in (
                (Event, "t.id"),
                (Entry, ""),
                (EventEntity, "t.event_id"),
                (Report, ""),
                (EntryClassification, "t.entry_id"),  # entries and events are made in pairs
            ):
                table = model._meta.db_table
                columns = [field.column for field in model._meta.concrete_fields]
                values = [
                    {
                        "id": f"t.id + {self.rows[table] * number}",
                        "event_id": f"t.event_id + {move}",
                        "entry_id": f"t.entry_id + {move}",
                        "key": f"t.key || '-{number}'",
                        "occurred": day.format(event=event),
                        "around": day.format(event=event),
                    }.get(column, f"t.{column}")
                    for column in columns
                ]
                cursor.execute(
                    f"INSERT INTO {table} ({', '.join(columns)})"
                    f" SELECT {', '.join(values)} FROM {table} t WHERE t.id <= {self.rows[table]}"
                )

    def _chunk(self, told: list[dict[str, object]]) -> None:
        from tracker.events.models import EntryClassification, Event, EventEntity, Report  # noqa: PLC0415
        from tracker.events.text import tokens  # noqa: PLC0415
        from tracker.feeds.models import Entry  # noqa: PLC0415

        entries = []
        for f in told:
            self.serial += 1
            recorded_at = f["recorded_at"]
            entries.append(
                Entry(
                    feed=self.feed,
                    source=self.feed.source,
                    key=f"k{self.serial}",
                    content_hash="h",
                    title=f["title"],
                    summary=f["summary"],
                    published_at=recorded_at - timedelta(minutes=1 + self.serial % 600),
                    first_seen_at=recorded_at - timedelta(minutes=1),
                    changed_at=NOW,
                )
            )
        entries = Entry.objects.bulk_create(entries)
        events = Event.objects.bulk_create(
            Event(
                kind=f["kind"],
                own_headline=f["title"],
                headline=f["title"],
                title_words=" ".join(tokens(f["title"])),
                summary_words=" ".join(tokens(f["summary"])),
                occurred=f["occurred"],
                occurred_source="text",
                recorded_at=f["recorded_at"],
                changed_at=NOW,
                indexed_at=NOW,
                confidence=0.99,
            )
            for f in told
        )
        triples = list(zip(told, events, entries, strict=True))
        EventEntity.objects.bulk_create(
            EventEntity(event=event, entity=one, kind=event.kind, around=event.around)
            for f, event, _ in triples
            for one in (f["platform"], f["target"], f["country"])
            if one is not None
        )
        Report.objects.bulk_create(
            Report(event=event, entry=entry, added_at=NOW) for _, event, entry in triples
        )
        EntryClassification.objects.bulk_create(
            EntryClassification(
                entry=entry,
                version="bench",
                language="en",
                kinds=[f["kind"]],
                platforms=[f["platform"].slug],
                targets=[f["target"].name] if f["target"] else [],
                countries=[f["country"].slug],
                occurred=f["occurred"],
                occurred_source="text",
                coverage="report",
                details=f["details"],
                confidence=0.99,
                made_at=NOW,
            )
            for f, _, entry in triples
        )

    @cached_property
    def rows(self) -> dict[str, int]:
        """The highest id of each table when MADE events were made."""
        from django.db import connection  # noqa: PLC0415

        names = ("events_event", "feeds_entry", "events_party", "events_report")
        with connection.cursor() as cursor:
            found = {}
            for name in (*names, "events_classification"):
                cursor.execute(f"SELECT MAX(id) FROM {name}")
                found[name] = int(cursor.fetchone()[0])
        return found

    def analyze(self) -> None:
        from django.db import connection  # noqa: PLC0415

        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
