"""`python -m bench.keys [DECISIONS [EVENTS]]`: an editor decides so many doubts (100) of so many
events (5,000) with keys alone, in chromium, against a server of this process: how long it takes in
all, each decision with the page that follows, and the CPU of server and browser.
"""

import os
import resource
import statistics
import sys
import time
from typing import Any

from bench.desk import Desk
from bench.world import database

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-gpu"]
KEYS = (("a",), ("r", "3"), ("e", "4"))  # accept, refuse, another kind
DOUBTS = 5  # lanes share them, so that one has as many as are decided


def main(count: int, size: int) -> int:
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # playwright runs an event loop
    with database("bench_keys") as vendor:
        from django.contrib.staticfiles.handlers import StaticFilesHandler  # noqa: PLC0415
        from django.db import connection  # noqa: PLC0415
        from django.test.testcases import LiveServerThread  # noqa: PLC0415

        desk = Desk(size, (count + 5) * DOUBTS)
        connection.close()
        server = LiveServerThread("127.0.0.1", StaticFilesHandler)
        server.daemon = True
        server.start()
        server.is_ready.wait()
        try:
            before = _cpu()
            took = decide(f"http://127.0.0.1:{server.port}", desk, count)
        finally:
            server.terminate()
        tell(vendor, size, took, [now - then for now, then in zip(_cpu(), before, strict=True)])
    return 0


def decide(site: str, desk: Desk, count: int) -> list[float]:
    """The seconds of each decision, from the first key to the loaded next page."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        context = browser.new_context(viewport={"width": 1400, "height": 900})
        session = desk.client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
        page = context.new_page()
        page.goto(f"{site}/review?lane=kind")
        took = [_decide_one(page, KEYS[number % len(KEYS)]) for number in range(count)]
        browser.close()
    return took


def _decide_one(page: Any, keys: tuple[str, ...]) -> float:
    begin = time.perf_counter()
    for key in keys[:-1]:
        page.keyboard.press(key)
    with page.expect_navigation():
        page.keyboard.press(keys[-1])
    return time.perf_counter() - begin


def _cpu() -> tuple[float, float]:
    """Seconds of CPU of this process, which is the server, and of those that ended: the browser."""
    own, others = (
        sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own, others


def tell(vendor: str, size: int, took: list[float], cpu: list[float]) -> None:
    from tracker.events.models import Change  # noqa: PLC0415

    done = Change.objects.count()
    assert done == len(took), f"{done} of {len(took)} decisions were stored"
    server, browser = cpu
    print(
        f"{vendor}, {size:,} events: {len(took)} decisions by keys in {sum(took):.1f} s; each"
        f" median {statistics.median(took) * 1000:.0f} ms,"
        f" p95 {statistics.quantiles(took, n=20)[-1] * 1000:.0f} ms; CPU: server {server:.0f} s,"
        f" browser {browser:.0f} s; load {os.getloadavg()[0]:.1f}"
    )


if __name__ == "__main__":
    numbers = [int(text) for text in sys.argv[1:]]
    raise SystemExit(main(*(numbers + [100, 5_000][len(numbers) :])))
