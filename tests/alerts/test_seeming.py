"""Followers hear that an act seems undone before an editor confirms it: once, and never of what is
unsure, of what only a history tells, or of what was rejected before the mail went out.
"""

import json
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives

from tests import make
from tests.conftest import NOW
from tracker.alerts import hits
from tracker.alerts.delivery import calling, queueing, sending
from tracker.alerts.models import Alert, Delivery, Hit, Subscriber
from tracker.events.consensus.links import LinkProposal, store_proposal
from tracker.events.editing.actions import Editor, merge_events, set_link
from tracker.events.grouping.certainty import SEEMS
from tracker.events.models import Event, Link
from tracker.feeds.models import Entry

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """What the sender takes for now; a test moves it."""

    class Clock:
        now = NOW

    monkeypatch.setattr("django.utils.timezone.now", lambda: Clock.now)
    return Clock


def reported(**values):
    event = make.event(**values)
    make.report(event)
    return event


def followed(**values):
    """A ban that an alert reported, and the act that may undo it."""
    make.alert("kind:ad_ban", **({"on_undone": True} | values))
    ban = reported()
    hits.record_hits([ban.pk], NOW)
    sending.send_due_mails(NOW)
    mail.outbox.clear()
    return ban, lifted()


def lifted(headline="Twitter lets RT advertise again", **values):
    return reported(headline=headline, kind="reinstatement", occurred="2019-01-26", **values)


def propose(later, ban, score=SEEMS, at=NOW):
    store_proposal(LinkProposal(later.pk, ban.pk, "undoes", score, ()), at)


def answer(later, ban, state, at=NOW + HOUR):
    set_link(later.pk, "undoes", ban.pk, state, Editor("ed", at))
    hits.record_hits([later.pk, ban.pk], at)


def followups():
    return list(Hit.objects.exclude(reason="new").order_by("pk").values_list("reason", flat=True))


def test_a_sure_proposal_is_reported_once_with_what_is_not_known():
    ban, later = followed()
    propose(later, ban)
    assert hits.record_hits([later.pk], NOW) == 1
    assert hits.record_hits([later.pk, ban.pk], NOW) == 0
    hit = Hit.objects.get(reason="seems_undone")
    assert (hit.event_id, hit.cause) == (ban.pk, later.pk)
    assert sending.send_due_mails(NOW + HOUR) == 1
    (sent,) = mail.outbox
    assert sent.subject == "Seems undone: Twitter bars RT from advertising"
    words = "seems undone by Twitter lets RT advertise again, 26 January 2019; no editor has"
    assert f"Twitter bars RT from advertising: {words} confirmed it yet." in sent.body
    assert isinstance(sent, EmailMultiAlternatives)
    assert "no editor has confirmed it yet" in str(sent.alternatives[0][0])


@pytest.mark.parametrize("score", [SEEMS - 0.01, None], ids=["not sure enough", "of old code"])
def test_an_unsure_proposal_is_not_reported(score):
    ban, later = followed()
    propose(later, ban)
    Link.objects.update(score=score)
    assert hits.record_hits([later.pk], NOW) == 0


def test_only_who_asked_hears_of_it():
    ban, later = followed(on_undone=False)
    propose(later, ban)
    assert hits.record_hits([later.pk], NOW) == 0


def test_a_confirmation_afterwards_is_reported_as_such():
    ban, later = followed()
    propose(later, ban)
    hits.record_hits([later.pk], NOW)
    sending.send_due_mails(NOW + HOUR)
    answer(later, ban, "confirmed", NOW + 2 * HOUR)
    assert followups() == ["seems_undone", "undone"]
    sending.send_due_mails(NOW + 3 * HOUR)
    assert mail.outbox[1].subject.startswith("Undone: ")
    assert "an editor has now confirmed it" in mail.outbox[1].body


def test_what_is_confirmed_before_the_mail_is_only_reported_as_undone():
    ban, later = followed()
    propose(later, ban)
    hits.record_hits([later.pk], NOW)
    answer(later, ban, "confirmed")
    sending.send_due_mails(NOW + 2 * HOUR)
    (sent,) = mail.outbox
    assert sent.subject.startswith("Undone: ")
    assert "seems" not in sent.body


@pytest.mark.parametrize("is_queued", [False, True], ids=["waiting", "queued"])
def test_what_is_rejected_before_the_mail_is_not_sent(is_queued):
    ban, later = followed()
    propose(later, ban)
    hits.record_hits([later.pk], NOW)
    if is_queued:
        queueing.queue_digests(NOW + HOUR)
    answer(later, ban, "rejected")
    assert sending.send_due_mails(NOW + 2 * HOUR) == 0
    assert mail.outbox == []


def test_what_is_rejected_afterwards_is_not_mentioned_again():
    ban, later = followed()
    propose(later, ban)
    hits.record_hits([later.pk], NOW)
    sending.send_due_mails(NOW + HOUR)
    answer(later, ban, "rejected", NOW + 2 * HOUR)
    assert sending.send_due_mails(NOW + 3 * HOUR) == 0
    assert followups() == ["seems_undone"]


def test_a_second_act_that_may_undo_it_is_reported_only_after_a_rejection():
    ban, later = followed()
    other = lifted("RT advertises on Twitter")
    propose(later, ban)
    propose(other, ban)
    assert hits.record_hits([later.pk, other.pk], NOW) == 1
    answer(later, ban, "rejected")
    hits.record_hits([other.pk], NOW + HOUR)
    assert followups() == ["seems_undone", "seems_undone"]


def test_nothing_seems_undone_that_an_editor_says_is_undone():
    ban, later = followed()
    propose(lifted("RT advertises on Twitter"), ban)
    propose(later, ban)
    answer(later, ban, "confirmed")
    assert followups() == ["undone"]


@pytest.mark.parametrize("end", ["ban", "later"])
def test_nobody_hears_of_it_while_either_act_is_unsure(end):
    ban, later = followed()
    event = {"ban": ban, "later": later}[end]
    Event.objects.filter(pk=event.pk).update(state="unsure")
    propose(later, ban)
    hits.record_hits([ban.pk, later.pk], NOW)
    assert followups() == []


@pytest.mark.parametrize("end", ["ban", "later"])
def test_what_became_unsure_or_was_refused_before_the_mail_is_not_sent(end):
    ban, later = followed()
    propose(later, ban)
    hits.record_hits([later.pk], NOW)
    event = {"ban": ban, "later": later}[end]
    for state in ("unsure", "refused"):
        Event.objects.filter(pk=event.pk).update(state=state)
        assert sending.send_due_mails(NOW + HOUR) == 0


def test_what_only_a_history_tells_is_no_news():
    ban, later = followed()
    later.reports.all().delete()
    propose(later, ban)
    assert hits.record_hits([later.pk], NOW) == 0


def test_what_seemed_undone_before_the_alert_is_not_reported():
    ban, later = followed()
    propose(later, ban)
    Alert.objects.update(confirmed_at=NOW + HOUR)
    assert hits.record_hits([later.pk], NOW + HOUR) == 0


@pytest.mark.parametrize(("is_news", "count"), [(True, 1), (False, 0)])
def test_what_only_a_flood_reports_waits_for_an_owner(is_news, count):
    ban, later = followed()
    Entry.objects.filter(reports__event=later).update(is_held=True)
    propose(later, ban)
    hits.record_hits([later.pk], NOW)
    assert sending.send_due_mails(NOW + HOUR) == 0
    feed = hits.held_feeds()[0][0].pk
    if is_news:
        hits.release_held_hits(feed, NOW + HOUR)
    else:
        hits.drop_held_hits(feed)
    assert sending.send_due_mails(NOW + 2 * HOUR) == count


def test_a_later_act_that_was_merged_before_the_mail_is_named_as_it_stands():
    ban, later = followed()
    propose(later, ban)
    hits.record_hits([later.pk], NOW)
    merge_events(later.pk, lifted("RT is back on Twitter").pk, Editor("ed", NOW))
    sending.send_due_mails(NOW + HOUR)
    assert "seems undone by RT is back on Twitter" in mail.outbox[0].body


@pytest.mark.parametrize(("state", "is_called"), [("", True), ("rejected", False)])
def test_a_hook_is_called_only_while_it_seems_so(monkeypatch, state, is_called):
    ban, later = followed(hook_url="https://hooks.example/", hook_secret="whsec_c2VjcmV0")
    Delivery.objects.filter(type="hook").delete()
    propose(later, ban)
    hits.record_hits([later.pk], NOW)
    if state:
        answer(later, ban, state)
    bodies: list[str] = []

    def note(calls, now):
        bodies.extend(call.body.decode() for call in calls.values())
        return {}

    monkeypatch.setattr(calling, "make_calls", note)
    calling.call_due_hooks(NOW + HOUR)
    types = [json.loads(body)["type"] for body in bodies]
    assert types == (["event.seems_undone"] if is_called else [])


def test_the_mail_is_worded_in_french():
    ban, later = followed()
    Subscriber.objects.update(language="fr")
    propose(later, ban)
    hits.record_hits([later.pk], NOW)
    sending.send_due_mails(NOW + HOUR)
    (sent,) = mail.outbox
    assert sent.subject.startswith("Semble annulé : ")
    assert "aucun rédacteur ne l’a encore confirmé" in sent.body
