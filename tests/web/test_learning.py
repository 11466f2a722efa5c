"""What the classifier learns: seen by editors, asked for by owners, done by a worker."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from tests import make
from tests.conftest import NOW
from tracker.classify.training.examples import data_version, read_examples
from tracker.events.editing.actions import Editor, current_values, edit_event
from tracker.events.learning import retrain
from tracker.events.models import Event, LearnedWeights
from tracker.operations import learning
from tracker.operations.models import LearningRun
from tracker.people.models import AuditLine

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


@pytest.fixture(autouse=True)
def few(monkeypatch):
    some = [one for one in read_examples() if one.text.language in {"en", "de"}][::4]
    monkeypatch.setattr(retrain, "read_examples", lambda: some)
    retrain.load_weights.cache_clear()


@pytest.fixture
def owner(client):
    client.force_login(User.objects.create_superuser("boss"))
    return client


@pytest.fixture
def decided():
    event = Event.objects.get(pk=make.processed("Twitter bans ads from RT and Sputnik"))
    edit = type(current_values(event))(
        **(vars(current_values(event)) | {"kinds": ["demonetization"]})
    )
    edit_event(event.pk, edit, Editor("ed", LATER))
    return event


def change(client, **values):
    return client.post("/review/learning/change", values, follow=True).content.decode()


def weights(version, **values):
    empty = {"version": version, "event": {}, "kinds": {}}
    return LearnedWeights.objects.create(
        version=version, data=data_version(), weights=empty, made_at=NOW, **values
    )


def lines():
    return list(AuditLine.objects.order_by("pk").values_list("verb", "by", "before", "after"))


def test_a_worker_learns_what_an_owner_asked_for_and_says_what_it_changes(owner, decided):
    assert "Learning starts within a minute." in change(owner, act="learn")
    assert "Learning is under way." in owner.get("/review/learning").content.decode()
    assert "requested already" in change(owner, act="learn")
    assert not LearnedWeights.objects.exists()  # the page itself trains nothing
    assert learning.run_due(LATER + timedelta(days=365)) == 1
    assert learning.run_due(LATER + timedelta(days=365)) == 0
    run = LearningRun.objects.get()
    assert (run.error, run.outcome["result"]) == ("", "learned")
    page = owner.get("/review/learning").content.decode()
    assert run.outcome["version"] in page
    assert "Shown as events, of 1,000 entries" in page
    assert "Same kind as editors decided" in page
    assert ("learning_asked", "boss", "", "") in lines()
    assert ("model_changed", "boss", "shipped", run.outcome["version"]) in lines()


def test_entries_that_would_change_are_linked(owner, decided):
    entry = decided.reports.get().entry_id
    sample = [
        {"entry": entry, "before": "ad_ban", "after": ""},
        {"entry": 0, "before": "", "after": ""},
    ]
    counts = {"shown": 1, "unsure": 0}
    trial = {"entries": 1, "before": counts, "after": counts, "decided": 1, "right_before": 0}
    trial |= {"right_after": 1, "changed": 2, "sample": sample, "natural": None}
    outcome = {"result": "learned", "version": "v", "is_promoted": False, "worse": ["kind ad_ban"]}
    LearningRun.objects.create(
        asked_at=NOW, run_at=NOW, done_at=NOW, outcome=outcome | {"trial": trial}
    )
    page = owner.get("/review/learning").content.decode()
    assert f'href="/events/{decided.pk}"' in page
    assert "No event" in page
    assert "because it is worse in: Ad ban" in page


def test_without_new_decisions_nothing_is_learned(owner):
    change(owner, act="learn")
    learning.run_due(LATER + timedelta(days=365))
    assert (
        "Nothing was decided since the last time." in owner.get("/review/learning").content.decode()
    )


def test_the_clock_asks_only_if_something_was_decided(decided):
    assert learning.learn_when_decided(LATER)
    assert not learning.learn_when_decided(LATER)
    assert lines() == []


def test_a_failure_is_kept_and_tried_again(owner, decided, monkeypatch):
    def fail(now):
        raise RuntimeError("no memory")

    monkeypatch.setattr(retrain, "learn_weights", fail)
    change(owner, act="learn")
    now = LATER + timedelta(days=365)
    for _ in range(learning.TRIES):
        with pytest.raises(RuntimeError):
            learning.run_due(now)
        now += timedelta(hours=1)
    assert learning.run_due(now) == 0
    assert "no memory" in owner.get("/review/learning").content.decode()


def test_an_owner_uses_other_weights_and_goes_back(owner):
    old, new = weights("old", promoted_at=NOW), weights("new", worse=["language de"])
    page = owner.get("/review/learning").content.decode()
    assert "worse in: German" in page
    assert "The classifier was changed." in change(owner, act="promote", weights=new.pk)
    assert retrain.version_in_use() == "new"
    assert "Nothing was changed." in change(owner, act="promote", weights=new.pk)
    change(owner, act="back")
    assert retrain.version_in_use() == old.version
    assert lines()[-2:] == [
        ("model_changed", "boss", "old", "new"),
        ("model_changed", "boss", "new", "old"),
    ]


@pytest.mark.parametrize("number", ["", "x", "9" * 30, "-1"])
def test_weights_that_are_none_change_nothing(owner, number):
    assert "Nothing was changed." in change(owner, act="promote", weights=number)


def test_editors_see_it_and_change_nothing(client, decided):
    client.force_login(User.objects.create_user("ed", is_staff=True))
    page = client.get("/review/learning").content.decode()
    assert "Learn now" not in page
    assert client.post("/review/learning/change", {"act": "learn"}).status_code == 302
    assert not LearningRun.objects.exists()
