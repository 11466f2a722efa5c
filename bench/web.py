"""`python -m bench.web [EVENTS…]`: how long pages take with so many events (100,000 and 1,000,000),
on SQLite or, with DATABASE_URL, PostgreSQL; and the front page against the same bytes as a constant
and against a plain version (live counts by SQL, a template for each row).
"""

import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bench.world import KINDS, LAST, VERBS, World, database

MEASURED = 120  # requests of each sort of page
ROUNDS, ROUND_SECONDS = 5, 1.0


def main(sizes: list[int]) -> int:
    with database() as vendor:
        from django.conf import settings  # noqa: PLC0415

        settings.ALLOWED_HOSTS = ["*"]
        settings.STORAGES["staticfiles"] = {
            "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        }
        world = World()
        for size in sizes:
            world.grow(size)
            pages(vendor, size, world)
            if size <= 100_000:
                front(vendor, size)
    return 0


def addresses(world: World, size: int) -> dict[str, Callable[[], str]]:
    """A maker of addresses for each sort of page; no address comes twice, so none is kept."""
    roll = random.Random(2)
    serial = iter(range(10**9))

    def with_(text: str) -> str:
        return f"/?{text}&unused={next(serial)}"

    def day() -> str:
        return (LAST - timedelta(days=roll.randrange(4_000))).isoformat()

    def of(kind: str) -> str:
        return str(world.pick(kind).slug).replace(" ", "+")

    words = [verb.split()[0] for verb in VERBS.values()]
    return {
        "timeline": lambda: with_(""),
        "older page": lambda: with_(f"after={day()}~{roll.randrange(size)}"),
        "kind": lambda: with_(f"kind={roll.choice(list(KINDS))}"),
        "platform": lambda: with_(f"platform={of('platform')}"),
        "target": lambda: with_(f"target={of('target')}"),
        "country": lambda: with_(f"country={of('country')}"),
        "without": lambda: with_(f"not=kind:{roll.choice(list(KINDS))}"),
        "dates": lambda: with_(f"since={day()}"),
        "in force": lambda: with_(f"in_force={day()}"),
        "state": lambda: with_("state=machine"),
        "language": lambda: with_("lang=en"),
        "ground": lambda: with_("ground=hate"),
        "source": lambda: with_("source=news.example"),
        "newly recorded": lambda: with_(f"sort=recorded&platform={of('platform')}"),
        "chart by platform": lambda: with_("chart=platform"),
        "search, a name": lambda: with_(f"q={of('target')}"),
        "search, a rare word": lambda: with_(f"q=w{roll.randrange(30_000)}"),
        "search, a common word": lambda: with_(f"q={roll.choice(words)}"),
        # Conditions that leave events at either size.
        "several": lambda: with_(
            f"kind={roll.choice(list(KINDS)[:4])}&not=platform:{of('platform')}&since={day()}"
            f"&q=w{roll.randrange(30_000)}"
        ),
        "event page": lambda: f"/events/{roll.randrange(1, size)}",
    }


def pages(vendor: str, size: int, world: World) -> None:
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    from tracker.events.index import index  # noqa: PLC0415
    from tracker.gunicorn import read_record  # noqa: PLC0415
    from tracker.wsgi import application  # noqa: PLC0415

    begin = time.perf_counter()
    index.forget()
    read_record(application)
    print(f"{vendor}, {size:,} events: index read in {time.perf_counter() - begin:.1f} s")
    client = Client()
    for name, make in addresses(world, size).items():
        client.get(make())
        with CaptureQueriesContext(connection) as told:
            client.get(make())
        queries = len(told)
        took = []
        for _ in range(MEASURED):
            address = make()
            begin = time.perf_counter()
            answer = client.get(address)
            took.append(time.perf_counter() - begin)
            assert answer.status_code == 200, (address, answer.status_code)
        took.sort()
        print(
            f"  {name:22} median {statistics.median(took) * 1000:6.1f} ms,"
            f" p95 {took[int(MEASURED * 0.95)] * 1000:6.1f} ms, most {took[-1] * 1000:6.1f} ms;"
            f" {queries} queries, {len(answer.content) / 1000:.0f} kB",
            flush=True,
        )


def front(vendor: str, size: int) -> None:
    """Requests a second of the front page, of filtered pages, of the plain version and of the same
    bytes as a constant; interleaved, medians of ROUNDS.
    """
    from django.http import HttpResponse  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.urls import path  # noqa: PLC0415

    from tracker import urls  # noqa: PLC0415

    client = Client()
    body = client.get("/").content
    urls.urlpatterns += [
        path("constant", lambda request: HttpResponse(body)),
        path("plain", plain),
    ]
    serial = iter(range(10**9))
    kinds = list(KINDS)
    ways: dict[str, Callable[[], str]] = {
        "front page": lambda: "/",
        "the same bytes as a constant": lambda: "/constant",
        "plain version": lambda: "/plain",
        "filtered": lambda: f"/?kind={kinds[(n := next(serial)) % 10]}&unused={n}",
        "plain version, filtered": lambda: f"/plain?kind={kinds[next(serial) % 10]}",
    }
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, make in ways.items():
            count, begin = 0, time.perf_counter()
            while (spent := time.perf_counter() - begin) < ROUND_SECONDS:
                client.get(make())
                count += 1
            rates[name].append(count / spent)
    told = {name: statistics.median(found) for name, found in rates.items()}
    for name, rate in told.items():
        print(f"  {name:30} {rate:7.0f} a second")
    by_plain = told["front page"] / told["plain version"]
    by_constant = told["front page"] / told["the same bytes as a constant"]
    filtered = told["filtered"] / told["plain version, filtered"]
    print(
        f"{vendor}, {size:,} events: front page {by_plain:.1f} times the plain version and"
        f" {by_constant:.2f} of the constant; filtered {filtered:.1f} times the plain version",
        flush=True,
    )


def plain(request: Any) -> Any:
    """The timeline as it is written first: counts of facets by SQL at each request, nothing kept,
    each row by Django's template.
    """
    from django.db.models import Count  # noqa: PLC0415
    from django.shortcuts import render  # noqa: PLC0415

    from tracker.events.facets import Choice  # noqa: PLC0415
    from tracker.events.models import Event, Party  # noqa: PLC0415
    from tracker.events.rows import load  # noqa: PLC0415
    from tracker.events.search import Found  # noqa: PLC0415
    from tracker.web.address import query_of, sight_of  # noqa: PLC0415
    from tracker.web.views.timeline import days  # noqa: PLC0415

    query = query_of(request.GET)
    events = Event.objects.visible()
    if query.kind:
        events = events.filter(kind__in=query.kind)
    kinds = Event.objects.visible().values_list("kind").annotate(n=Count("pk"))
    facets = {"kind": tuple(Choice(k, k, n, k in query.kind) for k, n in kinds)}
    for name in ("platform", "target", "country"):
        parties = Party.objects.filter(entity__type=name, event__merged_into=None)
        counted = (
            parties.filter(event__kind__in=query.kind or list(KINDS))
            .values_list("entity__slug", "entity__name")
            .annotate(n=Count("event"))
            .order_by("-n")[:20]
        )
        facets[name] = tuple(Choice(slug, told, n, False) for slug, told, n in counted)
    rows = load(list(events.newest_first()[:40]))
    found = Found(query=query, total=events.count(), rows=rows, after="", facets=facets)
    sight = sight_of(request.GET)
    context = {"found": found, "sight": sight, "days": days(found)}
    return render(request, "web/timeline.html", context)


if __name__ == "__main__":
    sys.exit(main([int(n.replace(",", "")) for n in sys.argv[1:]] or [100_000, 1_000_000]))
