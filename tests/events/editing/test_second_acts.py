"""What belongs to a second act leaves the first event, in one change that undoes exactly."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests import make
from tests.conftest import NOW
from tracker.events.consensus.settle import settle_event
from tracker.events.editing.actions import Editor, check_fact, undo_change
from tracker.events.models import Change, EntryClassification, Event, Revision, SecondAct
from tracker.events.record.checks import CONFIRMED
from tracker.events.record.derived.headlines import recorded_headline
from tracker.events.record.records import record_of
from tracker.events.review import second_acts

pytestmark = pytest.mark.django_db
TITLE = "Facebook suspends Donald Trump; YouTube removes Alex Jones videos"
FINED = (
    "X suspends account of Lena Brandt in Germany, and EU fines TikTok €320 million under the"
    " Digital Services Act"
)
# Of each title: what the event of one act and that of the other say.
CASES = {
    TITLE: {
        "account_suspension": (("facebook",), ("Donald Trump",), (), 0, ""),
        "content_removal": (("youtube",), ("Alex Jones",), (), 0, ""),
    },
    FINED: {
        "account_suspension": (("twitter",), ("Lena Brandt",), ("DE",), 0, ""),
        "legal_action": (("tiktok",), (), ("EU",), 320_000_000, "dsa"),
    },
}


def by_editor(minutes=5):
    return Editor("ed", NOW + timedelta(minutes=minutes))


def accept(minutes=5):
    act = SecondAct.objects.get(state=SecondAct.State.OPEN)
    change = second_acts.answer_second_act(act.pk, by_editor(minutes), is_accepted=True)
    assert change is not None
    return change


def facts_by_kind():
    told = {}
    for event in Event.objects.visible():
        now = record_of(event)
        rest = (now.platforms, now.targets, now.countries, now.amount, now.law)
        told[now.kinds[0] if len(now.kinds) == 1 else now.kinds] = rest
    return told


@pytest.mark.parametrize("title", CASES)
def test_each_event_keeps_the_facts_of_its_act_alone(title):
    make.processed(title)
    change = accept()
    assert facts_by_kind() == CASES[title]
    # The article stands in both, and the headline says one act.
    assert {r.event_id for r in SecondAct.objects.get().entry.reports.all()} == set(
        Event.objects.values_list("pk", flat=True)
    )
    headlines = {one.pk: one.headline for one in Event.objects.all()}
    assert len(headlines) == 2
    for name in ("Jones", "Trump", "TikTok", "Brandt"):
        assert sum(name in words for words in headlines.values()) == (name in title)
    assert set(change.revisions.values_list("event", flat=True)) == set(
        Event.objects.values_list("pk", flat=True)
    )


@pytest.mark.parametrize("title", CASES)
def test_undoing_restores_the_first_event_exactly(title):
    event = make.processed(title)
    before, headline = record_of(Event.objects.get(pk=event)), Event.objects.get(pk=event).headline
    change = accept()
    undo_change(change.pk, by_editor(6))
    restored = Event.objects.get(pk=event)
    assert record_of(restored) == before
    assert restored.headline == headline
    assert list(Event.objects.visible()) == [restored]
    # Settled again, the article counts with all that it tells.
    settle_event(restored, NOW + timedelta(minutes=7))
    assert record_of(Event.objects.get(pk=event)) == before


@pytest.mark.parametrize("title", CASES)
def test_further_votes_leave_the_acts_apart(title):
    event = make.processed(title)
    accept()
    told = facts_by_kind()
    settle_event(Event.objects.get(pk=event), NOW + timedelta(minutes=9))
    assert facts_by_kind() == told


def test_later_reports_still_vote_on_the_first_event():
    event = make.processed(TITLE)
    accept()
    assert make.processed("YouTube removes Alex Jones videos permanently in Germany") == event
    now = record_of(Event.objects.get(pk=event))
    assert (now.kinds, now.targets) == (("content_removal",), ("Alex Jones",))
    assert now.countries == ("DE",)


def test_what_another_report_says_too_stays():
    event = make.processed(TITLE)
    other = make.entry("Facebook suspends Trump")
    make.report(Event.objects.get(pk=event), other)
    first = EntryClassification.objects.get()
    first.pk = None
    first.entry_id = other.pk
    first.targets, first.platforms = ["Donald Trump"], ["youtube"]
    first.save()
    accept()
    assert "Donald Trump" in record_of(Event.objects.get(pk=event)).targets


def test_what_an_editor_confirmed_stays():
    event = make.processed(TITLE)
    check_fact(event, "targets", CONFIRMED, by_editor(1))
    before = record_of(Event.objects.get(pk=event))
    accept()
    now = record_of(Event.objects.get(pk=event))
    assert now.targets == before.targets
    assert now.platforms == ("youtube",)


def test_a_proposal_of_0_1_0_leaves_the_kind():
    event = make.processed(TITLE)
    kinds = record_of(Event.objects.get(pk=event)).kinds
    SecondAct.objects.update(own_kinds=[])
    accept()
    now = record_of(Event.objects.get(pk=event))
    assert (now.kinds, now.platforms, now.targets) == (kinds, ("youtube",), ("Alex Jones",))


def test_a_title_that_changed_since_takes_nothing_off():
    event = make.processed(TITLE)
    before = record_of(Event.objects.get(pk=event))
    SecondAct.objects.update(words="YouTube deletes clips of Alex Jones")
    accept()
    now = record_of(Event.objects.get(pk=event))
    assert replace(now, reports=before.reports) == before


def test_a_refused_acceptance_leaves_no_trace():
    event = make.processed(TITLE)
    Event.objects.filter(pk=event).update(state=Event.State.REVIEWED)
    act = SecondAct.objects.get()
    SecondAct.objects.update(platforms=[])
    counts = (Event.objects.count(), Change.objects.count(), Revision.objects.count())
    with pytest.raises(ValueError, match="platform"):
        second_acts.answer_second_act(act.pk, by_editor(), is_accepted=True)
    act.refresh_from_db()
    assert act.state == SecondAct.State.OPEN
    assert (Event.objects.count(), Change.objects.count(), Revision.objects.count()) == counts


def test_the_headline_of_both_follows():
    event = make.processed(TITLE)
    accept()
    for one in Event.objects.visible():
        entities = list(one.entities.all())
        assert one.headline == recorded_headline(one, entities, [])
    assert Event.objects.get(pk=event).headline == "YouTube removes content of Alex Jones"
