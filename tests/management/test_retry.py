"""Q15: an owner sees what was set aside, and has it tried again."""

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from tests import make
from tests.conftest import NOW
from tracker import database_time
from tracker.alerts.delivery import bounces
from tracker.alerts.models import Delivery, MatchAttempt
from tracker.events.intake.processing import process_entries
from tracker.feeds.models import Activity, Entry, Feed
from tracker.management.commands.retry import LEFT

pytestmark = pytest.mark.django_db


def delivery(n, **values):
    given = {"message_id": f"<{n}@x>", "since": NOW, "created_at": NOW, "next_try_at": NOW}
    ended = {"state": "failed", "ended_at": NOW, "attempts": 3, "error": f"ValueError: {n}"}
    return Delivery.objects.create(subscriber=make.reader(), **(given | ended | values))


@pytest.fixture
def failures(settings, tmp_path):
    """One item of each type that is set aside, and one beside it that is not; ids by type."""
    settings.BOUNCES_DIR = str(tmp_path / "mail")
    (tmp_path / "mail-aside").mkdir()
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail-aside" / "b1").write_bytes(b"x")
    (tmp_path / "mail-aside" / "b1.error").write_text("RecursionError")
    feed = make.feed(
        "https://user:TOPSECRET@a.example/rss",
        state="own_fault",
        faults=3,
        fault="OSError: full",
        error="OSError: full",
    )
    make.feed("https://b.example/rss", state="failing", failures=9, error="HTTP 500")
    entry = make.entry("A bad one", process_at=None, attempts=3, error="ZeroDivisionError: a bug")
    make.entry(process_at=None)
    make.entry(attempts=1, error="will be tried again")
    event = make.event("An odd act")
    MatchAttempt.objects.create(event=event, attempts=3, error="KeyError: 1")
    MatchAttempt.objects.create(event=make.event(), attempts=1, next_try_at=NOW)
    mail, hook = delivery("mail", type="digest"), delivery("hook", type="hook")
    delivery("refused", type="digest", state="refused")
    for kind in ("polls", "entries", "matches", "mails", "hooks", "bounces"):
        Activity.objects.create(work_type=kind, set_aside=7, set_aside_at=NOW, error="x")
    ids = {"feed": feed, "entry": entry, "event": event, "mail": mail, "hook": hook}
    return {name: str(row.pk) for name, row in ids.items()} | {"bounce": "b1"}


def listed(capsys, *words):
    with pytest.raises(SystemExit) as ended:
        call_command("retry", *words)
    assert ended.value.code == LEFT
    return capsys.readouterr().out


def test_it_lists_what_is_set_aside_with_the_reasons_and_changes_nothing(failures, capsys):
    text = listed(capsys)
    assert "6 items set aside:" in text
    for name, pk in failures.items():
        assert f"  {name} {pk} (" in text
    for words in ("OSError: full", "A bad one", "An odd act", "KeyError: 1", "RecursionError"):
        assert words in text
    assert "TOPSECRET" not in text
    assert "manage.py retry --all" in text
    assert listed(capsys) == text


def test_one_type_is_listed_alone(failures, capsys):
    text = listed(capsys, "entry")
    assert "1 item set aside:" in text
    assert "feed" not in text


def test_all_is_tried_again_at_once(failures, capsys, tmp_path):
    call_command("retry", "--all")
    assert "6 items will be tried again" in capsys.readouterr().out
    feed = Feed.objects.get(pk=failures["feed"])
    assert (feed.faults, feed.attempts, feed.claim) == (0, 0, None)
    entry = Entry.objects.get(pk=failures["entry"])
    assert (entry.attempts, entry.error) == (0, "")
    assert entry.process_at is not None
    attempt = MatchAttempt.objects.get(event=failures["event"])
    assert (attempt.attempts, attempt.error) == (0, "")
    assert attempt.next_try_at is not None
    for name in ("mail", "hook"):
        row = Delivery.objects.get(pk=failures[name])
        assert (row.state, row.attempts, row.ended_at, row.error) == ("due", 0, None, "")
    assert Delivery.objects.filter(state="refused").count() == 1
    assert (tmp_path / "mail" / "b1").read_bytes() == b"x"
    assert list((tmp_path / "mail-aside").iterdir()) == []
    assert set(Activity.objects.values_list("set_aside", "set_aside_at")) == {(0, None)}
    call_command("retry")
    assert "Nothing is set aside." in capsys.readouterr().out


@pytest.mark.parametrize("name", ["feed", "entry", "event", "mail", "hook", "bounce"])
def test_an_item_is_tried_again_by_its_type_and_id(failures, capsys, name):
    call_command("retry", name, failures[name])
    assert "1 item will be tried again" in capsys.readouterr().out
    assert f"  {name} " not in listed(capsys)
    assert sorted(set(Activity.objects.values_list("set_aside", flat=True))) == [0, 7]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["entry", "999999"], "Not set aside: entry 999999. Nothing was changed."),
        (["bounce", "../b1"], "Not set aside: bounce ../b1"),
        (["feed", "x"], "Not set aside: feed x"),
        (["nonsense"], "invalid choice"),
        (["entry", "1", "--all"], "not both"),
    ],
)
def test_what_cannot_be_tried_again_is_named_and_nothing_changes(failures, capsys, words, message):
    before = listed(capsys)
    with pytest.raises(CommandError, match=message) as error:
        call_command("retry", *words)
    assert error.value.returncode == 1
    assert listed(capsys) == before


def test_a_bounce_does_not_replace_one_that_waits(failures, capsys, tmp_path):
    (tmp_path / "mail" / "b1").write_bytes(b"new")
    call_command("retry", "--all")
    assert "5 items" in capsys.readouterr().out
    assert (tmp_path / "mail" / "b1").read_bytes() == b"new"
    assert list(bounces.files_set_aside()) == [tmp_path / "mail-aside" / "b1"]


def test_an_entry_that_was_mended_meanwhile_becomes_a_report(capsys):
    entry = make.entry(process_at=None, attempts=3, error="ZeroDivisionError: a bug")
    call_command("retry", "entry", str(entry.pk))

    assert process_entries(database_time.now()).entries == 1
    assert entry.reports.count() == 1


def test_the_status_page_names_the_command(client, failures):
    client.force_login(User.objects.create_superuser("owner"))
    assert "manage.py retry" in client.get("/status").content.decode()
    call_command("retry", "--all")
    assert "manage.py retry" not in client.get("/status").content.decode()
