import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from tests import make
from tests.conftest import Answer
from tracker.alerts import watch
from tracker.alerts.models import Delivery
from tracker.classify import encoder
from tracker.feeds.models import Poll

pytestmark = pytest.mark.django_db
MINUTES = timedelta(minutes=1)


def mail(at, **values):
    return Delivery.objects.create(
        type="confirm", message_id="<x@y>", since=at, created_at=at, next_try_at=at, **values
    )


def health(client):
    answer = client.get("/health")
    return answer.status_code, json.loads(answer.content)


def test_a_tracker_with_nothing_to_do_is_well(client):
    status, told = health(client)
    assert (status, told["well"]) == (200, True)
    assert told["parts"]["polls"] == {"well": True, "waiting": 0, "seconds": None}


def test_q12_fifteen_minutes_without_a_poll_are_a_fault(client):
    now = timezone.now()
    feed = make.feed(next_poll_at=now - 16 * MINUTES)
    assert health(client)[0] == 503
    poll = Poll.objects.create(feed=feed, at=now - 16 * MINUTES, state="working")
    status, told = health(client)
    assert (status, told["parts"]["polls"]["well"]) == (503, False)
    assert told["parts"]["polls"]["seconds"] >= 960
    poll.at = now - MINUTES
    poll.save()
    assert health(client)[0] == 200


def test_q12_entries_that_nobody_takes_are_a_fault(client):
    make.feed(next_poll_at=timezone.now())
    make.entry(process_at=timezone.now() - 14 * MINUTES)
    assert health(client)[0] == 200
    make.entry(process_at=timezone.now() - 16 * MINUTES)
    status, told = health(client)
    assert (status, told["parts"]["entries"]["well"]) == (503, False)


def test_q12_mails_that_nobody_tries_are_a_fault_but_not_those_that_no_server_takes(client):
    tried = mail(timezone.now() - 20 * MINUTES, attempts=1, error="451 later")
    assert health(client)[0] == 200
    Delivery.objects.filter(pk=tried.pk).update(attempts=0, error="")
    assert health(client)[0] == 503


def test_q8_a_disk_without_room_is_a_fault(client, monkeypatch):
    monkeypatch.setattr(watch, "LEAST_ROOM", 10**18)
    assert health(client)[0] == 503


def test_the_heartbeat_goes_out_while_all_is_well(server, settings):
    server.pages["/beat"] = Answer(b"ok")
    settings.HEARTBEAT_URL = f"{server.url}/beat"
    assert watch.beat(timezone.now())
    make.entry(process_at=timezone.now() - 16 * MINUTES)
    assert not watch.beat(timezone.now())
    assert len(server.seen) == 1


def test_metrics_are_for_whoever_has_the_token(client, settings):
    assert client.get("/metrics").status_code == 404
    settings.METRICS_TOKEN = "t0ken"
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer t0kem"}).status_code == 404
    make.feed(state="failing", next_poll_at=timezone.now())
    mail(timezone.now())
    text = client.get("/metrics", headers={"Authorization": "Bearer t0ken"}).content.decode()
    assert 'tracker_feeds{state="failing"} 1.0' in text
    assert 'tracker_waiting{part="mails"} 1.0' in text
    assert 'tracker_well{part="polls"} 1.0' in text
    assert "tracker_sentence_model " in text


def test_the_owners_page_says_the_same_in_words(client):
    client.force_login(User.objects.create_superuser("owner"))
    assert "The tracker is well" in client.get("/status").content.decode()
    make.entry(process_at=timezone.now() - 16 * MINUTES)
    text = client.get("/status").content.decode()
    assert "Something does not move" in text
    assert "stands for 15 minutes" in text


def test_it_says_whether_the_sentence_model_is_ready(client, monkeypatch):
    client.force_login(User.objects.create_superuser("owner"))
    for is_ready, words in ((True, "ready"), (False, "the word model alone classifies")):
        monkeypatch.setattr(encoder, "status", lambda is_ready=is_ready: (is_ready, "Whole words."))
        page = client.get("/status").content.decode()
        assert words in page
        assert "<code>Whole words.</code>" in page


def test_it_is_no_page_for_editors(client):
    client.force_login(User.objects.create_user("ed", is_staff=True))
    assert client.get("/status").status_code == 302
