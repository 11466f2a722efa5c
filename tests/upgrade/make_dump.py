"""`python -m tests.upgrade.make_dump`: the dumps of this version, on SQLite and PostgreSQL
(TEST_DATABASE_URL), for tests/upgrade/data; at a release, once the migrations are final.
"""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.upgrade.dumps import DATA, VENDORS, database, dump_of, run, squeeze
from tracker.version import VERSION

# In a process of its own: Django works on one database for as long as it lives.
FILL = """
import json, sys
from pathlib import Path
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.upgrade import fill
from tracker.operations.backups import backup
fill.fill()
assert fill.empty_tables() == [], fill.empty_tables()
from tracker.alerts.models import Delivery
backup.write(Path(sys.argv[1]))
print(json.dumps({"rows": fill.counts(), "mails": dict(
    Delivery.objects.mails().values_list("message_id", "state"))}))
"""


def main() -> int:
    DATA.mkdir(exist_ok=True)
    said = {}
    with TemporaryDirectory() as place:
        folder = Path(place)
        for vendor in VENDORS:
            path = dump_of(VERSION, vendor)
            path.unlink(missing_ok=True)
            with database(vendor, folder) as url:
                said[vendor] = json.loads(run(url, folder, "-c", FILL, str(path)))
            squeeze(path)
            print(f"{path.name}: {path.stat().st_size:,} bytes, {len(said[vendor]['rows'])} tables")
    text = json.dumps(said, indent=1, sort_keys=True)
    (DATA / f"{VERSION}.json").write_text(text + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
