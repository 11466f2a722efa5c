"""Check whether the site answers on this machine, for health checks of containers: `python -m
tracker.operations.health.alive [PORT]`; exit code 0 if it does. Requests use the site's own name,
as its proxy would.
"""

import os
import sys
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

SECONDS = 8


def main(port: str = "8000") -> int:
    # From the environment, not Django's settings, since this runs every minute and must load
    # quickly.
    site = urlsplit(os.environ.get("SITE_URL", "http://127.0.0.1:8000"))
    address = f"http://127.0.0.1:{port}/about"
    headers = {"Host": site.netloc, "X-Forwarded-Proto": site.scheme}
    try:
        with urlopen(Request(address, headers=headers), timeout=SECONDS) as answer:
            return int(answer.status != 200)
    except OSError as error:
        print(f"{address}: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
