"""What older versions stored as text is read as codes; headlines are parted by who wrote them."""

import importlib

import pytest
from django.apps import apps
from django.utils.translation import override

from tests import make
from tests.conftest import NOW
from tracker.events.models import Change, Event, Link, Report, Revision
from tracker.events.wording.reasons import word_reason

MIGRATION = importlib.import_module("tracker.events.migrations.0010_codes_for_prose")
CODED = {
    "same platform": ["same_platform", []],
    "same platform twitter, youtube": ["same_platforms", ["twitter", "youtube"]],
    "same target RT, Sputnik": ["same_target", ["RT", "Sputnik"]],
    "1 day apart": ["days_apart", [1]],
    "12 words in common": ["words_in_common", [12]],
    "both permanent": ["both_permanent", []],
    "same authority Amtsgericht Köln, 3. Kammer": [
        "same_authority",
        ["Amtsgericht Köln, 3. Kammer"],
    ],
    "checked with the court": "checked with the court",
    "same": "same",
}


@pytest.mark.parametrize(("text", "reason"), CODED.items())
def test_each_sentence_becomes_its_code_and_no_other(text, reason):
    assert MIGRATION.coded(text) == reason
    assert MIGRATION.coded(reason) == reason
    with override("en"):
        assert word_reason(reason)


def revision(event, field, before, after, by, change=None, reason=""):  # noqa: PLR0917
    return Revision.objects.create(
        event=event,
        at=NOW,
        field=field,
        before=before,
        after=after,
        by=by,
        change=change,
        reason=reason,
    )


def change(verb="edit", **values):
    return Change.objects.create(verb=verb, by="ed", at=NOW, **values)


@pytest.mark.django_db
def test_reasons_of_the_program_become_codes_and_those_of_editors_stay():
    event, other = make.event(), make.event("Another")
    report = make.report(event, reasons=["same platform twitter", "seen by hand"])
    link = Link.objects.create(source=event, target=other, type="same", reasons=["same company"])
    by_program = revision(event, "kinds", [], [], "program", reason="same day; 2 days apart")
    by_editor = revision(event, "kinds", [], [], "ed", change(reason="same day"), "same day")
    refused = change("refuse", reason="Satire or a rumour")
    MIGRATION.code_reasons(apps, None)
    assert Report.objects.get(pk=report.pk).reasons == [
        ["same_platforms", ["twitter"]],
        "seen by hand",
    ]
    assert Link.objects.get(pk=link.pk).reasons == [["same_company", []]]
    by_program.refresh_from_db()
    assert (by_program.reason, by_program.reasons) == (
        "",
        [["same_day", []], ["days_apart", [2]]],
    )
    by_editor.refresh_from_db()
    assert (by_editor.reason, by_editor.reasons) == ("same day", [])
    refused.refresh_from_db()
    assert (refused.reason, refused.reasons) == ("", [["refused_satire", []]])


def stored(headline, **values):
    """An event as an older version stored it."""
    day = f"2017-10-{Event.objects.count() + 1:02d}"
    event = make.event("", occurred=day, **values)
    Event.objects.filter(pk=event.pk).update(headline=headline)
    return event


def own(event):
    return Event.objects.get(pk=event.pk).own_headline


@pytest.mark.django_db
def test_a_headline_is_a_persons_if_a_history_or_an_editor_wrote_it():
    machine = stored("Twitter suspends accounts")
    revision(machine, "event", None, "Twitter suspends accounts", "program")
    history = stored("Twitter keeps RT from buying ads", ref="a")
    like = stored("Twitter bars RT from advertising", ref="b")
    edited = stored("RT may not advertise")
    revision(edited, "headline", "Twitter suspends RT", "Twitter bars RT", "program")
    last = revision(edited, "headline", "Twitter bars RT", "RT may not advertise", "ed", change())
    MIGRATION.keep_headlines(apps, None)
    assert [own(event) for event in (machine, history, like, edited)] == [
        "",
        "Twitter keeps RT from buying ads",
        "",
        "RT may not advertise",
    ]
    last.refresh_from_db()
    assert (last.field, last.before, last.after) == ("own_headline", "", "RT may not advertise")
    assert machine.revisions.get(field="event").after is None
    assert edited.revisions.filter(field="headline", by="program").count() == 1


@pytest.mark.django_db
def test_a_headline_that_was_undone_is_again_whose_it_was():
    event = stored("Twitter bars RT for good")
    revision(event, "headline", "Twitter bars RT for good", "RT barred", "ed", change())
    revision(event, "headline", "RT barred", "Twitter bars RT for good", "ed", change("undo"))
    MIGRATION.keep_headlines(apps, None)
    assert own(event) == ""
    assert [(r.before, r.after) for r in event.revisions.filter(field="own_headline")] == [
        ("", "RT barred"),
        ("RT barred", ""),
    ]
