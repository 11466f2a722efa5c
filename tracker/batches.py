"""Run every item; collect failures and raise them together."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from tracker.redact import without_secrets

Item = TypeVar("Item")
Result = TypeVar("Result")


def run_all(do: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """Yield `do(item)` for each item. Items that fail are skipped; after the last item their errors
    are raised together, as an ExceptionGroup whose notes name the items.
    """
    errors: list[Exception] = []
    for item in items:
        try:
            result = do(item)
        except Exception as error:  # noqa: BLE001 - raised below
            # Cleaned before it is cut, since half an address is not recognised.
            error.add_note(f"while doing {without_secrets(repr(item)):.200}")
            errors.append(error)
        else:
            yield result
    if errors:
        raise ExceptionGroup(f"{len(errors)} failed, the others are done", errors)
