"""How long property tests try: a little at each change, at full length in the gate (THOROUGH=1)."""

import os

IS_THOROUGH = bool(os.environ.get("THOROUGH"))


def examples(quick: int, full: int) -> int:
    """Returns how many examples or sequences a property test runs."""
    return full if IS_THOROUGH else quick
