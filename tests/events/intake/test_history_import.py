"""A history file into events, again, and out."""

from dataclasses import replace

import pytest

from tests import make
from tests.conftest import NOW
from tracker.events.editing.actions import Editor, current_values, edit_event, undo_change
from tracker.events.intake.history_csv import COLUMNS, SHIPPED_HISTORY, HistoryError
from tracker.events.intake.history_import import export_history, import_history
from tracker.events.models import Event

pytestmark = pytest.mark.django_db
HEADER = ",".join(COLUMNS) + "\n"


def line(**values):
    row = dict.fromkeys(COLUMNS, "") | {
        "ref": "x",
        "kind": "ad_ban",
        "platforms": "twitter",
        "targets": "RT;Sputnik",
        "target_kind": "state_media",
        "countries": "RU",
        "grounds": "other",
        "occurred": "2017-10-26",
        "precision": "day",
        "headline": "Twitter bars RT",
        "sources": "https://a.example/",
    }
    return ",".join((row | values)[name] for name in COLUMNS) + "\n"


def test_a_repeat_changes_what_differs_and_says_so():
    import_history((HEADER + line()).encode(), NOW)
    differs = line(
        occurred="2017-10-27", targets="RT", sources="https://a.example/ https://b.example/"
    )
    done = import_history((HEADER + differs).encode(), NOW)
    assert (done.added, done.changed, done.known) == (0, 1, 0)
    event = Event.objects.get()
    assert (event.occurred, current_values(event).targets) == ("2017-10-27", ("RT",))
    assert event.reports.count() == 2
    told = event.revisions.get(field="occurred")
    assert (told.before, told.after, told.by) == ("2017-10-26", "2017-10-27", "history")


def test_an_act_whose_ref_was_corrected_is_the_same_event():
    import_history((HEADER + line() + line(ref="y", undoes="x")).encode(), NOW)
    first = Event.objects.get(ref="x")
    header = HEADER.strip() + ",old_refs\n"
    renamed = header + line(ref="z", kind="demonetization").strip() + ",w x\n"
    done = import_history(renamed.encode(), NOW)
    assert (done.added, done.changed) == (0, 1)
    first.refresh_from_db()
    assert (first.ref, first.kind) == ("z", "demonetization")
    again = import_history(renamed.encode(), NOW)
    assert (again.added, again.changed, again.known) == (0, 0, 1)
    assert Event.objects.count() == 2


def test_an_editors_change_wins_over_the_file_until_it_is_undone():
    import_history((HEADER + line()).encode(), NOW)
    event = Event.objects.get()
    edit = replace(current_values(event), occurred="2017-10-25")
    change = edit_event(event.pk, edit, Editor("ed", NOW))
    differs = HEADER + line(occurred="2017-10-27", headline="Twitter bars RT from ads")
    import_history(differs.encode(), NOW)
    event.refresh_from_db()
    assert (event.occurred, event.headline) == ("2017-10-25", "Twitter bars RT from ads")
    undo_change(change.pk, Editor("ed", NOW))
    import_history(differs.encode(), NOW)
    event.refresh_from_db()
    assert event.occurred == "2017-10-27"


def test_what_is_exported_is_the_same_when_it_is_imported():
    import_history(b"".join(SHIPPED_HISTORY.read_bytes().splitlines(keepends=True)[:40]), NOW)
    reviewed = Event.objects.get(pk=make.processed("Telegram removes the channel of Infowars"))
    edit_event(reviewed.pk, current_values(reviewed), Editor("ed", NOW))
    text = "".join(export_history())
    assert text.count("\n") == 41
    done = import_history(text.encode(), NOW)
    assert (done.added, done.changed, done.refused) == (0, 0, ())
    assert "".join(export_history()) == text


def test_an_entry_joins_an_event_of_the_history():
    row = "x,ad_ban,twitter,RT;Sputnik,state_media,RU,other,2017-10-26,day,Twitter bars RT,,https://a.example/"
    import_history((HEADER + row).encode(), NOW)
    event = Event.objects.get(pk=make.processed("Twitter bans ads from RT and Sputnik"))
    assert event.ref == "x"
    assert event.occurred == "2017-10-26"


BAD_ROWS = {
    "kind": "x,nonsense,twitter,,,,,2017,,H,,https://a.example/",
    "day": "x,ad_ban,twitter,,,,,26.10.2017,,H,,https://a.example/",
    "source": "x,ad_ban,twitter,,,,,2017-10,,H,,javascript:x",
    "headline": "x,ad_ban,twitter,,,,,2017-10,,,,https://a.example/",
}


@pytest.mark.parametrize("row", BAD_ROWS.values(), ids=BAD_ROWS)
def test_a_bad_line_is_named_and_the_others_are_read(row):
    good = "ok,ad_ban,twitter,,,,,2017-10,,Good,,https://a.example/"
    done = import_history(f"{HEADER}{row}\n{good}\n".encode(), NOW)
    assert done.added == 1
    assert done.refused[0].startswith("line 2: ")


@pytest.mark.parametrize(
    "data", [b"a,b\n1,2\n", b"\xff\xfe", b""], ids=["columns", "encoding", "empty"]
)
def test_a_file_that_is_no_history_says_why(data):
    with pytest.raises(HistoryError):
        import_history(data, NOW)
