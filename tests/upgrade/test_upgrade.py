"""Every released version upgrades to this one: nothing lost, nothing mailed twice, no long lock."""

import json
from datetime import timedelta

import pytest
from django.core import mail

from tests.conftest import NOW
from tests.upgrade import dumps, fill
from tests.upgrade.locks import watched
from tracker.alerts import hits
from tracker.alerts.delivery import sending
from tracker.alerts.models import Delivery
from tracker.operations import schema
from tracker.operations.backups.archive import manifest_of

LONGEST = 2.0  # seconds that a lock may be held
GROW = {"django_content_type", "auth_permission"}  # Django adds rows for new models
RELEASES = [(version, vendor) for version in dumps.versions() for vendor in dumps.VENDORS]


@pytest.mark.django_db
def test_what_dumps_are_made_of_has_rows_in_every_table():
    fill.fill()
    assert fill.empty_tables() == []


@pytest.mark.django_db
def test_of_what_dumps_are_made_of_one_mail_is_sent_and_one_waits():
    fill.fill()
    digests = Delivery.objects.filter(type="digest")
    assert sorted(digests.values_list("state", flat=True)) == ["due", "sent"]
    assert [m.to for m in mail.outbox] == [["sent@reader.example"]]
    later = NOW + timedelta(hours=1)
    fill.set_clock(later)
    hits.match_changed_events(later)
    sending.send_due_mails(later)
    assert [m.to for m in mail.outbox[1:]] == [["waits@reader.example"]]


@pytest.mark.parametrize(("version", "vendor"), RELEASES)
def test_a_dump_is_small_full_and_of_migrations_that_this_version_has(version, vendor):
    path = dumps.dump_of(version, vendor)
    assert path.stat().st_size < 300_000
    manifest = manifest_of(path)
    assert (manifest.tracker, manifest.engine) == (version, vendor)
    applied = {(app, name) for app, names in manifest.migrations.items() for name in names}
    assert schema.newer(applied) == ()
    assert schema.lacks(applied) == ()
    rows = json.loads((dumps.DATA / f"{version}.json").read_text())[vendor]["rows"]
    assert [table for table, count in rows.items() if not count] == []


@pytest.mark.services
@pytest.mark.parametrize(("version", "vendor"), RELEASES)
def test_s4_a_released_version_upgrades_without_a_loss_a_second_mail_or_a_long_lock(
    tmp_path, version, vendor
):
    if vendor == "postgresql" and not dumps.SERVER:
        pytest.skip("no TEST_DATABASE_URL")
    before = json.loads((dumps.DATA / f"{version}.json").read_text())[vendor]
    with dumps.database(vendor, tmp_path) as url:
        dumps.load(dumps.dump_of(version, vendor), url, tmp_path)
        with watched(url) as waits:
            dumps.run(url, tmp_path, "manage.py", "migrate", "--verbosity", "0")
        assert waits.looks
        assert waits.seconds < LONGEST, waits.what
        after = json.loads(
            dumps.run(url, tmp_path, "-c", dumps.WORK, json.dumps([*before["rows"]]))
        )
    lost = {
        table: (count, after["rows"][table])
        for table, count in before["rows"].items()
        if after["rows"][table] != count and table not in GROW
    }
    assert lost == {}
    # The one that waited, once; the one that was sent before, not again.
    assert [address for address, _ in after["mails"]] == ["waits@reader.example"]
    sent = {name for name, state in before["mails"].items() if state == "sent"}
    assert not sent & {message_id.strip("<>") for _, message_id in after["mails"]}
