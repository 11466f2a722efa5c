"""`python -m bench.scale [FEEDS]`: how polling grows with worker processes (1, 2 and 4), where each
answer takes 500 ms and eight feeds share a host; on SQLite or, with DATABASE_URL, PostgreSQL; a
database of its own that is dropped at the end.
"""

import asyncio
import multiprocessing
import os
import sys
import time

from bench.world import database

WORKERS = (1, 2, 4)
DELAY = 0.5  # seconds that each answer takes
A_HOST = 8


def serve(port) -> None:
    """Answers after DELAY with a feed, on every address of loopback."""
    from aiohttp import web  # noqa: PLC0415

    body = (
        b'<rss version="2.0"><channel><title>A</title><item><title>Rain</title>'
        b"<guid>1</guid></item></channel></rss>"
    )

    async def answer(request):
        await asyncio.sleep(DELAY)
        return web.Response(body=body, content_type="application/rss+xml")

    async def run() -> None:
        app = web.Application()
        app.router.add_get("/{path:.*}", answer)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "0.0.0.0", 0, backlog=1_000)
        await site.start()
        port.value = runner.addresses[0][1]
        await asyncio.sleep(3_600)

    asyncio.run(run())


def work(name: str, results) -> None:
    from django.db import connection  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from tracker.feeds.polling.claims import claim_due  # noqa: PLC0415
    from tracker.feeds.polling.polls import poll  # noqa: PLC0415

    connection.close()
    connection.settings_dict["NAME"] = name
    done = 0
    while claimed := claim_due(timezone.now()):
        done += sum(1 for _ in poll(claimed))
    results.put(done)
    results.close()
    results.join_thread()
    os._exit(0)  # without waiting for the processes that parsed


def main(feeds: int) -> int:
    os.environ["ALLOWED_NETWORKS"] = "127.0.0.0/8"
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    forked = multiprocessing.get_context("fork")
    with database() as vendor:
        from django.db import connection  # noqa: PLC0415
        from django.utils import timezone  # noqa: PLC0415

        from tracker.feeds.models import Feed  # noqa: PLC0415
        from tracker.feeds.services import add_feed  # noqa: PLC0415

        port = forked.Value("i", 0)
        server = forked.Process(target=serve, args=(port,), daemon=True)
        server.start()
        while not port.value:
            time.sleep(0.05)
        for n in range(feeds):
            host = f"127.1.{n // A_HOST // 250}.{n // A_HOST % 250 + 1}"
            add_feed(url=f"http://{host}:{port.value}/{n}", now=timezone.now())
        name, first = connection.settings_dict["NAME"], 0.0
        for workers in (WORKERS[0], *WORKERS):  # the first time for what is read once
            Feed.objects.update(next_poll_at="2020-01-01T00:00:00Z", claim=None, attempts=0)
            connection.close()
            results, start = forked.Queue(), time.perf_counter()
            running = [forked.Process(target=work, args=(name, results)) for _ in range(workers)]
            for one in running:
                one.start()
            done = sum(results.get() for _ in running)
            rate = done / (time.perf_counter() - start)
            for one in running:
                one.join()
            first = rate if workers == 1 else first
            print(
                f"{vendor}, {workers} workers: {done:,} polls, {rate:.0f} a second,"
                f" {rate / first:.2f} times",
                flush=True,
            )
        server.terminate()
    return 0


if __name__ == "__main__":
    sys.exit(main(int((sys.argv[1:] or ["2000"])[0].replace(",", ""))))
