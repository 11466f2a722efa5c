"""In force, ended, not known: in lists, facets, charts, and as it was."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests import make
from tests.conftest import NOW
from tracker.events.editing import actions
from tracker.events.editing.actions import Editor
from tracker.events.models import Event, EventVersion, Link, SearchText
from tracker.events.record.derived import rebuild
from tracker.events.record.derived.columns import reindex
from tracker.events.record.derived.versions import fill
from tracker.events.search import find
from tracker.events.search.index.events import index
from tracker.events.search.language.parsing import parse
from tracker.events.search.load import load_rows
from tracker.events.search.query import QueryError
from tracker.events.search.wording.queries import describe_query

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
LATER = NOW + timedelta(days=1)


def block(headline="Kenya blocks Telegram", **values):
    given = {"kind": "platform_block", "platforms": ["telegram"], "targets": [], "countries": []}
    return make.event(headline, **(given | values))


def ids(text, today=TODAY):
    return {row.id for row in find.find_events(parse(text), today=today).rows}


def test_three_answers_and_how_many_are_not_known():
    on = block(occurred="2026-11-20")
    old = block(occurred="2026-01-05")
    short = block("Kenya blocks Telegram for 72 hours", occurred="2026-11-10")
    make.event("A rule", kind="policy_change", occurred="2026-11-20")
    assert ids("in_force:yes") == {on.pk}
    assert ids("in_force:unknown") == {old.pk}
    assert ids("in_force:ended") == {short.pk}
    assert ids("in_force:2026-01-20") == {old.pk}
    assert ids("in_force:unknown", date(2027, 11, 24)) == {on.pk, old.pk}
    result = find.find_events(parse("in_force:yes"), today=TODAY)
    assert {c.value: c.count for c in result.facets["in_force"]} == {
        "yes": 1,
        "ended": 1,
        "unknown": 1,
    }


def test_a_report_and_an_extension_confirm_a_measure():
    old = block(occurred="2026-01-05")
    make.report(old, make.entry("Telegram still blocked", published_at=make.day("2026-11-01")))
    assert ids("in_force:yes") == {old.pk}
    other = block(occurred="2026-01-06")
    more = block("Kenya prolongs its block", occurred="2026-11-10")
    Link.objects.create(source=more, target=other, type="extends", state="confirmed")
    reindex([more.pk])
    assert ids("in_force:yes") == {old.pk, other.pk, more.pk}


def test_one_more_report_counts_as_all_of_them_would():
    pk = make.processed("Kenya blocks Telegram for 72 hours")
    event = Event.objects.get(pk=pk)
    before = event.ended, event.unknown_from
    reindex([pk])
    event.refresh_from_db()
    assert (event.ended, event.unknown_from) == before
    assert event.ended == "2017-10-30"


def test_a_lifted_block_is_a_reinstatement_in_every_count():
    lifted = block("Kenya lifts its block", other_kinds=["reinstatement"], occurred="2026-11-20")
    result = find.find_events(parse(""), today=TODAY)
    counts = {choice.value: choice.count for choice in result.facets["kind"]}
    assert (counts["reinstatement"], counts["platform_block"]) == (1, 0)
    assert [series.value for series in result.chart.series] == ["reinstatement"]
    assert load_rows([lifted])[0].kind == "reinstatement"
    assert ids("kind:platform_block") == set() == ids("in_force:yes")
    assert ids("kind:reinstatement") == {lifted.pk}


def test_the_past_answers_by_its_own_day_and_what_was_known_then():
    ban = block(occurred="2026-11-20")
    lifted = make.event("Lifted", kind="reinstatement", occurred="2026-11-23")
    editor = Editor("ed", LATER)
    actions.set_link(lifted.pk, "undoes", ban.pk, "confirmed", editor)
    edit = replace(actions.current_values(Event.objects.get(pk=ban.pk)), own_headline="Edited")
    actions.edit_event(ban.pk, edit, Editor("ed", LATER + timedelta(days=1)))

    def past(text, at):
        return {row.id for row in find.find_events_as_of(parse(text), at).rows}

    def answers():
        return [
            past(f"in_force:{status}", at)
            for at in (NOW, LATER, LATER + timedelta(days=9), NOW + timedelta(days=90))
            for status in ("yes", "ended", "unknown")
        ]

    expected = [{ban.pk}, set(), set(), *[set(), {ban.pk}, set()] * 3]
    assert answers() == expected
    EventVersion.objects.all().delete()
    assert answers() == expected
    fill()
    assert EventVersion.objects.exists()
    assert answers() == expected
    rows = find.find_events_as_of(parse("event:" + str(ban.pk)), NOW).rows
    assert (rows[0].ended, rows[0].unknown_from) == ("", "2026-12-20")


def test_events_of_before_the_rule_get_their_terms():
    old = block(occurred="2026-01-05")
    Event.objects.update(unknown_from="")
    index.forget()
    assert ids("in_force:yes") == {old.pk}
    SearchText.objects.all().delete()
    rebuild.run_rebuild_step()
    assert ids("in_force:unknown") == {old.pk}


def test_a_query_says_in_words_what_it_asks():
    assert describe_query(parse("kind:platform_block in_force:unknown")).endswith(
        "(not known whether in force)"
    )
    assert parse("in_force:UNKNOWN").text() == "in_force:unknown"
    with pytest.raises(QueryError, match="in_force:yes, ended, unknown"):
        parse("in_force:maybe")
