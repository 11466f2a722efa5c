"""An article that tells two acts is proposed for the second one; an editor decides by one key."""

import pytest
from django.contrib.auth.models import User

from tests import make
from tracker.events.models import Event, SecondAct

pytestmark = pytest.mark.django_db
TITLE = "Twitter suspends RT and YouTube demonetizes Alex Jones"


@pytest.fixture
def editor(client):
    client.force_login(User.objects.create_user("ed", is_staff=True))
    return client


def test_nothing_is_recorded_before_an_editor_says_so(editor):
    event = make.processed(TITLE)
    act = SecondAct.objects.get()
    assert (act.event_id, act.state, act.other) == (event, "open", None)
    assert Event.objects.count() == 1
    page = editor.get("/review?lane=second").content.decode()
    assert act.words in page
    assert 'data-key="b"' in page
    editor.post(f"/second-acts/{act.pk}", {"answer": "accept"})
    new = Event.objects.exclude(pk=event).get()
    assert new.reports.get().entry_id == act.entry_id
    assert (new.kind, new.state) == (act.kind, "reviewed")
    assert [p.slug for p in new.entities.filter(type="platform")] == act.platforms
    assert "Nothing is waiting" in editor.get("/review?lane=second").content.decode()
    # Twice is once.
    editor.post(f"/second-acts/{act.pk}", {"answer": "accept"})
    assert Event.objects.count() == 2


def test_a_known_act_gets_the_article_too(editor):
    known = {
        make.processed("YouTube demonetizes Alex Jones"),
        make.processed("Twitter suspends the account of RT"),
    }
    assert make.processed(TITLE) in known
    act = SecondAct.objects.get()
    assert {act.event_id, act.other_id} == known
    editor.post(f"/second-acts/{act.pk}", {"answer": "accept"})
    assert Event.objects.count() == 2
    assert set(act.entry.reports.values_list("event", flat=True)) == known


def test_a_day_that_the_article_tells_is_that_of_both_acts():
    event = make.processed(TITLE, summary="Both companies acted on 25 October.")
    assert SecondAct.objects.get().occurred == Event.objects.get(pk=event).occurred == "2017-10-25"


def test_declining_leaves_everything(editor):
    make.processed(TITLE)
    act = SecondAct.objects.get()
    editor.post(f"/second-acts/{act.pk}", {"answer": "decline"})
    act.refresh_from_db()
    assert (act.state, act.by, Event.objects.count()) == ("declined", "ed", 1)


def test_a_headline_of_one_act_proposes_nothing():
    make.processed("Twitter bans ads from RT and Sputnik")
    assert not SecondAct.objects.exists()
