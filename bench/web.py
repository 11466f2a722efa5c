"""`python -m bench.web [EVENTS…]`: how long pages take with so many events (100,000 and 1,000,000),
on SQLite or, with DATABASE_URL, PostgreSQL; and the front page against the same bytes as a constant
and against a plain version (live counts by SQL, a template for each row). Each size has a process
and a database of its own; they are asked by turns, so that what else the machine does meets all.
"""

import multiprocessing
import random
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.connection import Connection
from typing import Any

from bench.world import DETAILS, KINDS, LAST, TARGETS, VERBS, World, database

TURNS, TURN = 10, 10  # of each sort of page: turns of each size, requests of a turn
EARLY = LAST - timedelta(days=4_000)
ROUNDS, ROUND_SECONDS = 5, 1.0


def main(sizes: list[int]) -> int:
    sites = [Site(size) for size in sizes]
    for site in sites:
        print(site.pipe.recv(), flush=True)
    for name in sites[0].ask("names"):
        pages(name, sites)
    for site in sites:
        if site.size <= 100_000:
            print(site.ask("front"), flush=True)
        site.pipe.send(None)
        site.process.join()
    return 0


def pages(name: str, sites: list["Site"]) -> None:
    """Asks every site for pages of this sort, by turns; prints what they took, in milliseconds."""
    told = {site.size: site.ask("once", name) for site in sites}
    took: dict[int, list[tuple[float, float]]] = {site.size: [] for site in sites}
    for _ in range(TURNS):
        for site in sites:
            took[site.size] += site.ask("turn", name)
    tails = []
    for size, found in took.items():
        waits, cpu = zip(*found, strict=True)
        tails.append(statistics.quantiles(waits, n=20)[-1])
        print(
            f"{name:22} {size:9,}: median {statistics.median(waits):6.1f} ms,"
            f" p95 {tails[-1]:6.1f} ms, most {max(waits):6.1f} ms;"
            f" CPU p95 {statistics.quantiles(cpu, n=20)[-1]:6.1f} ms; {told[size]}"
        )
    if len(sites) > 1:
        print(f"{'':22} p95 of the last to the first: {tails[-1] / tails[0]:.2f} times", flush=True)


@dataclass
class Site:
    """A process with so many events; what it is asked are the methods of Pages."""

    size: int
    pipe: Connection = field(init=False)
    process: Any = field(init=False)

    def __post_init__(self) -> None:
        spawn = multiprocessing.get_context("spawn")
        self.pipe, theirs = spawn.Pipe()
        self.process = spawn.Process(target=serve, args=(self.size, theirs), daemon=True)
        self.process.start()

    def ask(self, what: str, *arguments: str) -> Any:
        self.pipe.send((what, *arguments))
        return self.pipe.recv()


def serve(size: int, pipe: Connection) -> None:
    """Makes the record and says how long it took to read; then answers until it is sent None."""
    with database(f"bench_{size}") as vendor:
        from tracker.events.search.index.events import index  # noqa: PLC0415
        from tracker.web.gunicorn import read_record  # noqa: PLC0415
        from tracker.wsgi import application  # noqa: PLC0415

        here = Pages(vendor, size)
        begin = time.perf_counter()
        index.forget()
        read_record(application)
        pipe.send(f"{vendor}, {size:,} events: read in {time.perf_counter() - begin:.1f} s")
        while (asked := pipe.recv()) is not None:
            pipe.send(getattr(here, asked[0])(*asked[1:]))


class Pages:
    """The site, with a record of this size."""

    def __init__(self, vendor: str, size: int) -> None:
        from django.conf import settings  # noqa: PLC0415
        from django.test import Client  # noqa: PLC0415

        settings.ALLOWED_HOSTS = ["*"]
        settings.STORAGES["staticfiles"] = {
            "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        }
        world = World()
        world.grow(size)
        self.vendor, self.size = vendor, size
        self.client, self.makers = Client(), addresses(world, size)

    def names(self) -> list[str]:
        return list(self.makers)

    def once(self, name: str) -> str:
        """The queries and the size of a page that is not the first of its sort."""
        from django.db import connection  # noqa: PLC0415
        from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

        self.client.get(self.makers[name]())
        with CaptureQueriesContext(connection) as queries:
            answer = self.client.get(self.makers[name]())
        return f"{len(queries)} queries, {len(answer.content) / 1000:.0f} kB"

    def turn(self, name: str) -> list[tuple[float, float]]:
        """What TURN pages took by the clock and of the CPU, in milliseconds."""
        took = []
        for _ in range(TURN):
            address = self.makers[name]()
            begin, used = time.perf_counter(), time.process_time()
            answer = self.client.get(address)
            spent = (time.perf_counter() - begin, time.process_time() - used)
            took.append((spent[0] * 1000, spent[1] * 1000))
            assert answer.status_code == 200, (address, answer.status_code)
        return took

    def front(self) -> str:
        return front(self.vendor, self.size)


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

    def compared(kind: str, count: int) -> str:
        names: list[str] = []
        while len(names) < count:
            names = list(dict.fromkeys([*names, of(kind)]))
        others = "&".join(f"compared={name}" for name in names)
        return f"/compare?type={kind}&{others}&since={day()}&unused={next(serial)}"

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
        "search, a rare word": lambda: with_(f"q=w{roll.randrange(DETAILS)}"),
        "search, a common word": lambda: with_(f"q={roll.choice(words)}"),
        # Conditions that leave a full page at either size.
        "several": lambda: with_(
            f"not=kind:{roll.choice(list(KINDS))}&not=platform:{of('platform')}"
            f"&since={EARLY.isoformat()}&lang=en&state=machine&q=w{roll.randrange(DETAILS)}"
        ),
        "compare, platforms": lambda: compared("platform", 5),
        "compare, targets": lambda: compared("target", 5),
        "compare, countries": lambda: compared("country", 2),
        "pivot, kind and year": lambda: f"/pivot?unused={next(serial)}",
        "pivot, target and platform": lambda: (
            f"/pivot?rows=target&columns=platform&kind={roll.choice(list(KINDS))}"
            f"&unused={next(serial)}"
        ),
        "map": lambda: f"/map?platform={of('platform')}&unused={next(serial)}",
        "suggestions": lambda: f"/search/suggestions?q=target+{roll.randrange(TARGETS)}",
        "suggestions, two letters": lambda: (
            f"/search/suggestions?q={roll.choice(words)[:2]}&unused={next(serial)}"
        ),
        "time to knowledge": lambda: f"/knowledge?unused={next(serial)}",
        "entity page": lambda: f"/entities/{world.pick(roll.choice(list(world.entities))).pk}",
        "event page": lambda: f"/events/{roll.randrange(1, size)}",
    }


def front(vendor: str, size: int) -> str:
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
    lines = [f"  {name:30} {rate:7.0f} a second" for name, rate in told.items()]
    by_plain = told["front page"] / told["plain version"]
    by_constant = told["front page"] / told["the same bytes as a constant"]
    filtered = told["filtered"] / told["plain version, filtered"]
    lines.append(
        f"{vendor}, {size:,} events: front page {by_plain:.1f} times the plain version and"
        f" {by_constant:.2f} of the constant; filtered {filtered:.1f} times the plain version"
    )
    return "\n".join(lines)


def plain(request: Any) -> Any:
    """The timeline as it is written first: counts of facets by SQL at each request, nothing kept,
    each row by Django's template.
    """
    from django.db.models import Count  # noqa: PLC0415
    from django.shortcuts import render  # noqa: PLC0415

    from tracker.events.models import Event, EventEntity  # noqa: PLC0415
    from tracker.events.search.facets import FacetChoice  # noqa: PLC0415
    from tracker.events.search.find import SearchResult  # noqa: PLC0415
    from tracker.events.search.load import load_rows  # noqa: PLC0415
    from tracker.web.pages.timeline import group_by_day  # noqa: PLC0415
    from tracker.web.query_params import query_of  # noqa: PLC0415

    query = query_of(request.GET)
    events = Event.objects.visible()
    if query.kind:
        events = events.filter(kind__in=query.kind)
    kinds = Event.objects.visible().values_list("kind").annotate(n=Count("pk"))
    facets = {"kind": tuple(FacetChoice(k, k, n, k in query.kind) for k, n in kinds)}
    for name in ("platform", "target", "country"):
        parties = EventEntity.objects.filter(entity__type=name, event__merged_into=None)
        counted = (
            parties.filter(event__kind__in=query.kind or list(KINDS))
            .values_list("entity__slug", "entity__name")
            .annotate(n=Count("event"))
            .order_by("-n")[:20]
        )
        facets[name] = tuple(FacetChoice(slug, told, n, False) for slug, told, n in counted)
    rows = load_rows(list(events.newest_first()[:40]))
    found = SearchResult(query=query, total=events.count(), rows=rows, after="", facets=facets)
    context = {
        "query": query,
        "event_count": found.total,
        "order": found.order,
        "facets": facets,
        "by": "kind",
        "days": group_by_day(found),
    }
    return render(request, "web/timeline.html", context)


if __name__ == "__main__":
    sys.exit(main([int(n.replace(",", "")) for n in sys.argv[1:]] or [100_000, 1_000_000]))
