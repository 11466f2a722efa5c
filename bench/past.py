"""`python -m bench.past [EVENTS [CHANGED [TIMES]]]`: how long pages, charts, counts and a file take
as of a moment, after which so many of the events changed so often (5,000, 4,000, 1); beside the
same questions of the present. On SQLite or, with DATABASE_URL, PostgreSQL.
"""

import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta

from bench.world import NOW, World, database

ROUNDS = 7
QUESTIONS = {
    "all": "/?",
    "kind": "/?kind=legal_action",
    "platform": "/?platform=tiktok",
    "word": "/?q=w17",
    "in force": "/?in_force=yes",
    "page 2": "/?after=2024-01-01~1",
    "pivot": "/pivot?rows=platform&columns=year",
    "chart": "/chart.csv?kind=legal_action",
    "counts": "/api/v1/counts?",
}


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
        from tracker.events.record.derived.versions import fill  # noqa: PLC0415
    except ImportError:
        return  # a version before versions were stored
    begin = time.perf_counter()
    count = fill(3_600)
    print(f"{count:,} versions stored in {time.perf_counter() - begin:.1f} s")


def measure() -> None:
    from django.core.cache import cache  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    client, serial = Client(), iter(range(10**9))

    def page(text: str) -> Callable[[], object]:
        def ask() -> object:
            cache.clear()  # no rate
            # An address of its own, which no cache of pages has.
            unknown = "" if text.startswith(("/chart", "/api")) else f"unused={next(serial)}"
            answer = client.get(f"{text}&{unknown}".replace("?&", "?").rstrip("&"))
            return answer.getvalue() if answer.streaming else answer.content

        return ask

    def file(text: str) -> Callable[[], object]:
        return lambda: b"".join(client.get(f"/events.csv?{text}").streaming_content)

    then = f"as_of={NOW + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    page("/?")()
    print(f"first page of a moment: {seconds(page(f'/?{then}'), 1)[0] * 1000:,.0f} ms", flush=True)
    every: tuple[list[float], list[float]] = ([], [])
    for name, text in QUESTIONS.items():
        now_, past = seconds(page(text), ROUNDS), seconds(page(f"{text}&{then}"), ROUNDS)
        every[0].extend(now_)
        every[1].extend(past)
        medians = [statistics.median(times) * 1000 for times in (now_, past)]
        print(f"{name:9} now {medians[0]:7.0f} ms, past {medians[1]:7.0f} ms", flush=True)
    now_, past = (statistics.quantiles(times, n=20)[-1] * 1000 for times in every)
    print(f"p95 of all: now {now_:.0f} ms, past {past:.0f} ms, ratio {past / now_:.1f}", flush=True)
    for part in ("kind=ad_ban&", "kind=legal_action&", ""):  # to see whether a file grows in line
        first, second = seconds(file(part), 1)[0], seconds(file(f"{part}{then}"), 1)[0]
        print(f"file, {part or 'all'}: now {first:.1f} s, past {second:.1f} s", flush=True)


def seconds(work: Callable[[], object], rounds: int) -> list[float]:
    """The seconds of each time, after a first one, which is not counted where there are several."""
    took = []
    for _ in range(rounds + (rounds > 1)):
        begin = time.perf_counter()
        work()
        took.append(time.perf_counter() - begin)
    return took[-rounds:]


if __name__ == "__main__":
    sys.exit(main(*[int(n.replace(",", "")) for n in sys.argv[1:]]))
