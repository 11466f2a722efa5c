"""Mails for the owners: what is wrong with feeds, once a spell."""

from datetime import timedelta

import pytest
from django.core import mail

from tests import make
from tests.conftest import NOW
from tracker.alerts.delivery import sending
from tracker.alerts.models import Notice
from tracker.operations import owners
from tracker.operations.health.status import Watch, WorkStatus

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MONDAY = NOW - DAY  # NOW is a Tuesday
assert MONDAY.weekday() == 0


@pytest.fixture(autouse=True)
def _owners(settings):
    settings.OWNERS = ["owner@example.org", "second@example.org"]


@pytest.fixture(autouse=True)
def polling(monkeypatch):
    """Whether polling goes on; a test may say that it does not."""

    parts = {
        "polls": WorkStatus("polls", is_well=True),
        "bounces": WorkStatus("bounces", is_well=True),
    }

    def say(name, **values):
        parts[name] = WorkStatus(name, **({"is_well": True} | values))

    monkeypatch.setattr(owners, "watch", lambda now: Watch(tuple(parts.values()), 10**12, None))
    return say


def tell(now=NOW):
    owners.tell_owners(now)
    sending.send_due_mails(now)
    sent = [m.subject for m in mail.outbox]
    mail.outbox.clear()
    return sent


def test_h5_a_feed_that_is_gone_is_told_once():
    make.feed(title="Alpha", state="gone", is_active=False, error="HTTP 410 Gone")
    owners.tell_owners(NOW)
    sending.send_due_mails(NOW)
    (it,) = mail.outbox
    assert it.subject == "Alpha: gone (HTTP 410); asked again once a month"
    assert it.to == ["owner@example.org", "second@example.org"]
    assert "HTTP 410 Gone" in it.body
    assert str(it.message()).count("HTTP 410 Gone") == 2  # in both parts
    assert it.extra_headers["Auto-Submitted"] == "auto-generated"
    mail.outbox.clear()
    assert tell(NOW + DAY) == []


def test_h6_a_feed_is_told_after_three_days_of_failures_and_again_in_the_next_spell():
    feed = make.feed(
        title="Beta", failures=5, state="failing", succeeded_at=NOW - 2 * DAY, new_entry_at=NOW
    )
    assert tell() == []
    assert tell(NOW + 2 * DAY) == ["Beta: failing for three days"]
    feed.failures, feed.succeeded_at = 0, NOW + 3 * DAY
    feed.save()
    assert tell(NOW + 3 * DAY) == []
    feed.failures = 9
    feed.save()
    assert tell(NOW + 7 * DAY) == ["Beta: failing for three days"]


def test_h10_quiet_feeds_are_told_on_monday_morning():
    make.feed(
        title="Gamma",
        state="working",
        created_at=NOW - 90 * DAY,
        succeeded_at=NOW,
        new_entry_at=NOW - 60 * DAY,
    )
    assert tell(MONDAY.replace(hour=6)) == []
    assert tell(NOW) == []
    assert tell(MONDAY + 7 * DAY) == ["Gamma: quieter than usual"]
    assert tell(MONDAY + 14 * DAY) == []


def test_many_troubles_make_one_mail_the_worst_first():
    for number in range(3):
        make.feed(
            f"https://a.example/{number}",
            title=f"F{number}",
            failures=4,
            state="failing",
            created_at=NOW - 9 * DAY,
        )
    make.feed("https://b.example/", title="Gone", state="gone", is_active=False)
    assert tell() == ["4 feeds need a look: Gone: gone (HTTP 410); asked again once a month"]


def test_what_is_well_again_before_the_mail_goes_out_is_not_told():
    make.feed(title="Alpha", state="gone", is_active=False)
    owners.tell_owners(NOW)
    Notice.objects.update(ended_at=NOW)
    assert sending.send_due_mails(NOW) == 0


def test_without_owners_nothing_is_noted(settings):
    settings.OWNERS = []
    make.feed(title="Alpha", state="gone", is_active=False)
    assert tell() == []
    assert not Notice.objects.exists()


def test_q12_polling_that_stands_still_is_told_once_a_spell_and_before_all_else(polling):
    make.feed(title="Alpha", state="gone", is_active=False)
    polling("polls", is_well=False, error="no name server answers")
    owners.tell_owners(NOW)
    sending.send_due_mails(NOW)
    (it,) = mail.outbox
    assert it.subject == "The tracker: no feed could be read for 10 minutes"
    assert "workers and the clock" in it.body
    assert "no name server answers" in it.body
    assert "Alpha" in it.body
    mail.outbox.clear()
    assert tell() == []
    polling("polls")
    assert tell() == []
    polling("polls", is_well=False)
    assert tell() == ["The tracker: no feed could be read for 10 minutes"]


def test_q15_what_is_set_aside_for_our_fault_is_told_with_its_error(polling):
    polling("bounces", set_aside=1, set_aside_at=NOW, error="1-evil: RecursionError")
    owners.tell_owners(NOW)
    sending.send_due_mails(NOW)
    (it,) = mail.outbox
    assert it.subject == "The tracker: set aside because of a fault on our side"
    assert "1-evil: RecursionError" in it.body
    mail.outbox.clear()
    assert tell() == []
    assert tell(NOW + 2 * DAY) == []
    polling("bounces", set_aside=2, set_aside_at=NOW + 3 * DAY, error="2-evil: ValueError")
    assert tell(NOW + 3 * DAY) == ["The tracker: set aside because of a fault on our side"]


def test_q14_a_feed_that_is_set_aside_for_our_fault_is_told_with_its_error():
    make.feed(title="Alpha", state="own_fault", error="BrokenProcessPool: x", faults=3)
    owners.tell_owners(NOW)
    sending.send_due_mails(NOW)
    (it,) = mail.outbox
    assert it.subject == "Alpha: not read because of a fault on our side"
    assert "BrokenProcessPool: x" in it.body


def test_s12_a_flood_is_told_in_plain_words():
    make.feed(title="Delta", flooded_at=NOW)
    owners.tell_owners(NOW)
    sending.send_due_mails(NOW)
    (it,) = mail.outbox
    assert it.subject == "Delta: more new entries than are taken in a day"
    assert "It is asked less often." in it.body
    assert str(it.message()).count("It is asked less often.") == 2  # in both parts
