"""What is measured against a peer or a limit: `make bench`. Each figure is a ratio from one
interleaved run; docs/performance.md keeps them. Never part of the tests.
"""

import statistics
import time
from collections.abc import Callable, Mapping

ROUNDS = 7


def interleaved(ways: Mapping[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, float]:
    """Median seconds of each way, run by turns so that a busy machine slows all alike."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        way()
    for _ in range(rounds):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(taken) for name, taken in seconds.items()}


def tell(seconds: Mapping[str, float], count: int, unit: str) -> None:
    """Prints each way's speed and its ratio to the first."""
    first = next(iter(seconds.values()))
    for name, taken in seconds.items():
        print(f"{name:<44} {count / taken:>10,.0f} {unit}/s   {first / taken:>6.2f}")
