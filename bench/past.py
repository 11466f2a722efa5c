"""`python -m bench.past [EVENTS [CHANGED [TIMES]]]`: how long the timeline and a file of it take as
of a moment, after which so many of the events changed so often (5,000, 4,000, 1); beside the same
questions of the present. On SQLite or, with DATABASE_URL, PostgreSQL.
"""

import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta

from bench.world import NOW, World, database

ROUNDS = 5
QUESTIONS = {"all": "", "kind": "kind=legal_action", "platform": "platform=tiktok", "word": "q=w17"}


def main(size: int = 5_000, changed: int = 4_000, times: int = 1) -> int:
    with database() as vendor:
        from django.conf import settings  # noqa: PLC0415

        settings.ALLOWED_HOSTS = ["*"]
        settings.STORAGES["staticfiles"] = {
            "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        }
        world = World()
        world.grow(size)
        change(changed, times)
        world.analyze()
        print(f"{vendor}, {size:,} events, {changed:,} of them changed {times} times since")
        measure()
    return 0


def change(count: int, times: int) -> None:
    """Gives events other headlines, a day apart, as an editor would."""
    from django.db.models import F  # noqa: PLC0415

    from tracker.events.models import Event, Revision  # noqa: PLC0415

    Event.objects.update(recorded_at=NOW, changed_at=NOW)
    rows = list(Event.objects.order_by("pk").values_list("pk", "headline")[:count])
    for time_ in range(times):
        at = NOW + timedelta(days=time_ + 1)
        Revision.objects.bulk_create(
            (
                Revision(
                    event_id=pk,
                    at=at,
                    field="own_headline",
                    before=f"{headline} {time_}",
                    after=f"{headline} {time_ + 1}",
                    by="editor",
                )
                for pk, headline in rows
            ),
            batch_size=1_000,
        )
    changed = Event.objects.filter(pk__in=[pk for pk, _ in rows])
    changed.update(changed_at=F("changed_at") + timedelta(days=times))
    try:
        from tracker.events.record.versions import fill  # noqa: PLC0415
    except ImportError:
        return  # a version before versions were stored
    begin = time.perf_counter()
    count = fill(3_600)
    print(f"{count:,} versions stored in {time.perf_counter() - begin:.1f} s")


def measure() -> None:
    from django.test import Client  # noqa: PLC0415

    client, serial = Client(), iter(range(10**9))

    def page(text: str) -> Callable[[], object]:
        return lambda: client.get(f"/?{text}&unused={next(serial)}").content

    def file(text: str) -> Callable[[], object]:
        return lambda: b"".join(client.get(f"/events.csv?{text}").streaming_content)

    then = f"as_of={NOW + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    for name, text in QUESTIONS.items():
        now_ = seconds(page(text), ROUNDS)
        past = seconds(page(f"{text}&{then}"), ROUNDS)
        print(f"page, {name:9} now {now_ * 1000:7.0f} ms, past {past * 1000:7.0f} ms", flush=True)
    now_, past = seconds(file(""), 1), seconds(file(then), 1)
    print(f"file of all events: now {now_:.1f} s, past {past:.1f} s", flush=True)


def seconds(work: Callable[[], object], rounds: int) -> float:
    """The median after a first time, which is not counted where there are several."""
    took = []
    for _ in range(rounds + (rounds > 1)):
        begin = time.perf_counter()
        work()
        took.append(time.perf_counter() - begin)
    return statistics.median(took[-rounds:])


if __name__ == "__main__":
    sys.exit(main(*[int(n.replace(",", "")) for n in sys.argv[1:]]))
