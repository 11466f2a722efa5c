"""`python -m bench.grouping [EVENTS…]`: how long an entry takes to find its event among so many
(10,000, 100,000 and 1,000,000), on SQLite or, with DATABASE_URL, PostgreSQL; a database of its own
that is dropped at the end.
"""

import statistics
import sys
import time

from bench.world import LAST, World, database

MEASURED = 500


def main(sizes: list[int]) -> int:
    with database() as vendor:
        world = World()
        for size in sizes:
            world.grow(size)
            told = [one(world) for _ in range(MEASURED)]
            ranked = sorted(took for took, _ in told)
            joined = sum(is_joined for _, is_joined in told)
            print(
                f"{vendor}, {size:,} events: median {statistics.median(ranked) * 1000:.1f} ms,"
                f" p95 {ranked[int(MEASURED * 0.95)] * 1000:.1f} ms,"
                f" most {ranked[-1] * 1000:.1f} ms; joined {joined / MEASURED:.0%}",
                flush=True,
            )
    return 0


def one(world: World) -> tuple[float, bool]:
    """Seconds to decide of one more entry, and whether it joins an event."""
    from tracker.events.consensus.neighbours import neighbouring_events  # noqa: PLC0415
    from tracker.events.grouping.decide import choose_event  # noqa: PLC0415
    from tracker.events.grouping.likeness.report_facts import ReportFacts  # noqa: PLC0415

    f = world.facts()
    entry = ReportFacts(
        kinds=(f["kind"],),
        platforms=(f["platform"].slug,),
        targets=frozenset([f["target"].name] if f["target"] else []),
        countries=(f["country"].slug,),
        occurred=f["occurred"],
        details=frozenset(f["details"]),
        language="en",
    )
    begin = time.perf_counter()
    decision = choose_event(entry, neighbouring_events(entry, LAST))
    took = time.perf_counter() - begin
    return took, decision.event is not None


if __name__ == "__main__":
    sys.exit(main([int(n.replace(",", "")) for n in sys.argv[1:]] or [10_000, 100_000, 1_000_000]))
