"""`python -m bench.desk [EVENTS [DOUBTS]]`: how long pages of the desk and decisions take with so
many events and open doubts (200,000 and 5,000), on SQLite or, with DATABASE_URL, PostgreSQL; with
the queries of each, and the CPU of the process. `--profile` names what a decision spends it on.
"""

import cProfile
import pstats
import random
import re
import statistics
import sys
import time
from collections.abc import Callable

from bench.world import World, database

PAGES, DECISIONS = 100, 60
LANES = ("kind", "target", "new", "unsure")
VERSION = re.compile(r'name="read_version" value="(\d+)"')


def main(size: int, doubts: int, *, is_profiled: bool) -> int:
    with database("bench_desk") as vendor:
        desk = Desk(size, doubts)
        print(f"{vendor}, {size:,} events, {doubts:,} doubts", flush=True)
        for name, address in desk.addresses().items():
            desk.pages(name, address)
        desk.decisions("a decision by key", DECISIONS)
        if is_profiled:
            profile = cProfile.Profile()
            profile.runcall(desk.decisions, "profiled", 20)
            pstats.Stats(profile).sort_stats("cumulative").print_stats(60)
    return 0


class Desk:
    """The site with an editor, and doubts spread over the lanes."""

    def __init__(self, size: int, doubts: int) -> None:
        from django.conf import settings  # noqa: PLC0415
        from django.contrib.auth.models import User  # noqa: PLC0415
        from django.db import connection  # noqa: PLC0415
        from django.test import Client  # noqa: PLC0415

        from tracker.events.models import Event, Link  # noqa: PLC0415
        from tracker.events.search.index.events import index  # noqa: PLC0415

        settings.ALLOWED_HOSTS = ["*"]
        settings.STORAGES["staticfiles"] = {
            "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        }
        self.connection = connection
        self.roll = random.Random(3)
        World().grow(size)
        ids = list(Event.objects.order_by("pk").values_list("pk", flat=True))
        self.doubtful = self.roll.sample(ids, doubts)
        share = doubts // (len(LANES) + 1)
        for number, lane in enumerate(LANES):
            for start in range(number * share, (number + 1) * share, 500):
                some = self.doubtful[start : min(start + 500, (number + 1) * share)]
                queued = Event.objects.filter(pk__in=some)
                state = {"state": "unsure"} if lane == "unsure" else {}
                queued.update(review_queue=lane, weight=self.roll.randrange(1, 90), **state)
        rest = self.doubtful[len(LANES) * share :]
        Link.objects.bulk_create(
            Link(source_id=one, target_id=other, type="same", state="proposed")
            for one, other in zip(rest, ids, strict=False)
            if one != other
        )
        self.ids = ids
        index.forget()
        self.client = Client()
        self.client.force_login(User.objects.create_superuser("ed"))

    def addresses(self) -> dict[str, Callable[[], str]]:
        return {
            "desk": lambda: "/review",
            "lane of kinds": lambda: "/review?lane=kind",
            "lane of names": lambda: "/review?lane=target",
            "lane of merges": lambda: "/review?lane=same",
            "unsure": lambda: "/review?lane=unsure",
            "a doubt": lambda: f"/review?lane=kind&event={self.roll.choice(self.doubtful[:900])}",
            "edit": lambda: f"/events/{self.roll.choice(self.ids)}/edit",
            "agreement": lambda: "/review/agreement",
            "learning": lambda: "/review/learning",
            "picker": lambda: f"/find?type=target&q=target+{self.roll.randrange(900)}",
        }

    def pages(self, name: str, address: Callable[[], str]) -> None:
        for _ in range(3):
            self.client.get(address())
        counted = self._counted(lambda: self.client.get(address()))
        self._time(name, PAGES, lambda: self.client.get(address()), counted)

    def decisions(self, name: str, count: int) -> None:
        """What a key sends, and the page that it leads to."""
        waiting = iter(self.doubtful[: 900 + count * 2])
        self._time(
            name,
            count,
            lambda: self._decide(next(waiting)),
            self._counted(lambda: self._decide(next(waiting))),
        )

    def _decide(self, event: int) -> object:
        page = (
            self._opened.pop()
            if self._opened
            else self.client.get(f"/review?lane=kind&event={event}")
        )
        version = VERSION.search(page.content.decode())
        assert version is not None
        form = {"read_version": version[1], "next": "/review?lane=kind"}
        event = int(re.search(r'action="/events/(\d+)/accept"', page.content.decode())[1])
        answer = self.client.post(f"/events/{event}/accept", form)
        assert answer.status_code == 302, answer.status_code
        self._opened = [self.client.get(answer["Location"])]
        return answer

    _opened: list = []

    def _counted(self, act: Callable[[], object]) -> int:
        from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

        with CaptureQueriesContext(self.connection) as queries:
            act()
        return len(queries)

    def _time(self, name: str, count: int, act: Callable[[], object], queries: int) -> None:
        took, cpu = [], time.process_time()
        for _ in range(count):
            begin = time.perf_counter()
            act()
            took.append((time.perf_counter() - begin) * 1000)
        cpu = (time.process_time() - cpu) * 1000 / count
        print(
            f"{name:20} median {statistics.median(took):6.1f} ms,"
            f" p95 {statistics.quantiles(took, n=20)[-1]:6.1f} ms, CPU {cpu:6.1f} ms,"
            f" {queries} queries",
            flush=True,
        )


if __name__ == "__main__":
    sizes = [int(text) for text in sys.argv[1:] if text.isdecimal()]
    raise SystemExit(
        main(*(sizes + [200_000, 5_000][len(sizes) :]), is_profiled="--profile" in sys.argv)
    )
