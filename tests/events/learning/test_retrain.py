"""The classifier learns from editors, and only what makes nothing worse."""

import sys
from datetime import timedelta

import pytest

from tests import make
from tests.conftest import NOW
from tests.thorough import size
from tracker.alerts.hits import record_hits
from tracker.alerts.models import Hit
from tracker.classify import shipped_weights
from tracker.classify.training.examples import read_examples
from tracker.events.editing.actions import Editor, current_values, edit_event
from tracker.events.intake.processing import process_entries, queue_reclassification
from tracker.events.learning import retrain
from tracker.events.models import EntryClassification, Event, LearnedWeights
from tracker.feeds.models import Entry

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """English and German headlines alone, so that learning takes a moment."""
    some = [one for one in read_examples() if one.text.language in {"en", "de"}][:: size(8, 4)]
    monkeypatch.setattr(retrain, "read_examples", lambda: some)
    retrain.load_weights.cache_clear()


def corrected(title="Twitter bans ads from RT and Sputnik", **changes):
    """An event that an editor looked at."""
    event = Event.objects.get(pk=make.processed(title))
    edit = type(current_values(event))(**(vars(current_values(event)) | changes))
    edit_event(event.pk, edit, Editor("ed", NOW))
    return event


def learn(now=LATER):
    made = retrain.learn_weights(now)
    assert made is not None
    return made


def in_use():
    held = retrain.current_weights()
    return held.version if held else "shipped"


def test_without_corrections_there_is_nothing_to_learn():
    assert retrain.learn_weights(LATER) is None
    assert retrain.current_weights() is None


def test_what_is_learned_is_used_until_it_is_rolled_back():
    corrected()
    made = learn()
    assert (made.worse, made.promoted_at) == ([], LATER)
    assert in_use() == made.version
    make.entry("YouTube suspends the channel of Alex Jones")
    process_entries(LATER)
    assert EntryClassification.objects.latest("pk").version == made.version
    assert retrain.roll_back_weights(LATER) == "shipped"
    assert retrain.current_weights() is None
    assert LearnedWeights.objects.get().rolled_back_at == LATER


def test_the_same_corrections_are_learned_from_once():
    corrected()
    assert retrain.learn_weights(LATER)
    assert retrain.learn_weights(LATER + timedelta(days=1)) is None


def test_a_roll_back_leads_to_the_weights_before():
    corrected()
    first = learn()
    event = Event.objects.get(pk=make.processed("YouTube suspends the channel of Alex Jones"))
    edit_event(
        event.pk,
        current_values(event),
        Editor("ed", LATER + timedelta(hours=1)),
    )
    second = learn(LATER + timedelta(days=1))
    assert in_use() == second.version
    assert retrain.roll_back_weights(LATER + timedelta(days=2)) == first.version


def test_what_makes_a_kind_or_language_worse_is_kept_and_not_used(monkeypatch):
    monkeypatch.setattr(retrain, "_worse_groups", lambda held, before, after: ["language de"])
    corrected()
    made = learn()
    assert (made.promoted_at, made.worse) == (None, ["language de"])
    assert retrain.current_weights() is None


def test_worse_is_told_by_language_and_kind():
    held = [one for one in read_examples() if one.text.language == "de" and one.label == "ad_ban"]
    none = shipped_weights()
    blind = type(none)("blind", -9.0, {}, none.kinds_bias, {})
    assert retrain._worse_groups(held, none, none) == []
    assert retrain._worse_groups(held, none, blind) == ["kind ad_ban", "language de"]
    assert retrain._worse_groups(held, blind, none) == []


def test_without_scikit_learn_it_says_so_and_goes_on(monkeypatch, caplog):
    corrected()
    monkeypatch.setitem(sys.modules, "tracker.classify.training.fit", None)
    assert retrain.learn_weights(LATER) is None
    assert "needs scikit-learn" in caplog.text


def test_old_entries_are_judged_anew_without_mails_and_editors_events_stay():
    event = corrected(kinds=("demonetization",))
    missed = make.entry("YouTube suspends the channel of Alex Jones", changed_at=NOW)
    Entry.objects.filter(pk=missed.pk).update(process_at=None)
    EntryClassification.objects.create(
        entry=missed, version="old", language="en", confidence=0.5, made_at=NOW
    )
    EntryClassification.objects.update(version="old")
    make.alert()
    assert queue_reclassification(LATER) == 2
    assert queue_reclassification(LATER) == 0
    done = process_entries(LATER)
    assert (done.entries, done.event_ids) == (2, ())
    assert set(EntryClassification.objects.values_list("version", flat=True)) == {
        shipped_weights().version
    }
    found = Event.objects.exclude(pk=event.pk).get()
    assert found.kind == "account_suspension"
    record_hits([found.pk], LATER)
    assert not Hit.objects.exists()
    event.refresh_from_db()
    assert (event.kind, event.state) == ("demonetization", "reviewed")


def test_after_other_word_lists_the_shipped_weights_hold_until_it_learned_anew(monkeypatch):
    corrected()
    learn()
    monkeypatch.setattr(retrain, "data_version", lambda: "other lists")
    assert in_use() == "shipped"
    again = learn(LATER + timedelta(hours=1))
    assert in_use() == again.version
    assert retrain.learn_weights(LATER + timedelta(hours=2)) is None
