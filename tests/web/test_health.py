import json
import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from tests import make
from tests.conftest import NOW, Answer
from tracker.alerts.delivery import bounces, sending
from tracker.alerts.models import Delivery, Subscriber
from tracker.classify import encoder
from tracker.feeds.models import Activity, Feed
from tracker.feeds.polling.claims import claim_due
from tracker.feeds.polling.polls import poll
from tracker.operations.health import status
from tracker.people.models import AuditLine

pytestmark = pytest.mark.django_db
MINUTES = timedelta(minutes=1)


def mail(at, **values):
    return Delivery.objects.create(
        type="confirm", message_id="<x@y>", since=at, created_at=at, next_try_at=at, **values
    )


def health(client):
    answer = client.get("/health")
    return answer.status_code, json.loads(answer.content)


def done(kind, **values):
    Activity.objects.update_or_create(work_type=kind, defaults=values)


def test_a_tracker_with_nothing_to_do_is_well(client):
    status, told = health(client)
    assert (status, told["well"]) == (200, True)
    assert told["parts"]["polls"] == {
        "well": True,
        "waiting": 0,
        "seconds": None,
        "waits_seconds": None,
        "failing_seconds": None,
        "set_aside": 0,
    }


def test_q12_feeds_that_are_due_and_not_read_are_a_fault_within_fifteen_minutes(client):
    now = timezone.now()
    make.feed(next_poll_at=now - 9 * MINUTES)
    assert health(client)[0] == 200
    Feed.objects.update(next_poll_at=now - 11 * MINUTES)
    assert health(client)[0] == 503
    done("polls", succeeded_at=now - 16 * MINUTES)
    status, told = health(client)
    assert (status, told["parts"]["polls"]["well"]) == (503, False)
    assert told["parts"]["polls"]["seconds"] >= 960
    done("polls", succeeded_at=now - MINUTES)
    assert health(client)[0] == 200


def test_q12_claims_that_move_the_due_time_ahead_hide_nothing(client):
    now = timezone.now()
    make.feed(next_poll_at=now + 4 * MINUTES, claim=uuid.uuid4(), attempts=1)
    assert health(client)[0] == 200
    Feed.objects.update(attempts=4)
    assert health(client)[0] == 503
    Feed.objects.all().delete()
    entry = make.entry(
        process_at=now + 4 * MINUTES, claim=uuid.uuid4(), changed_at=now - 16 * MINUTES
    )
    assert not health(client)[1]["parts"]["entries"]["well"]
    entry.delete()
    mail(now - 16 * MINUTES, claim=uuid.uuid4())
    Delivery.objects.update(next_try_at=now + 4 * MINUTES)
    assert not health(client)[1]["parts"]["mails"]["well"]


def test_q12_sources_that_all_fail_are_a_fault_until_one_is_read(client, server, local):
    feed = make.feed(f"{server.url}/")
    list(poll(claim_due(NOW)))  # 404
    assert health(client)[0] == 200
    Activity.objects.update(failing_since=timezone.now() - 11 * MINUTES)
    status, told = health(client)
    assert (status, told["parts"]["polls"]["well"]) == (503, False)
    server.pages["/"] = Answer(make.rss({"title": "Rain"}))
    Feed.objects.filter(pk=feed.pk).update(next_poll_at=NOW)
    list(poll(claim_due(NOW)))
    status, told = health(client)
    assert (status, told["parts"]["polls"]["failing_seconds"]) == (200, None)
    assert told["parts"]["parsing"]["seconds"] is not None


def test_q12_a_feed_that_has_failed_for_long_is_no_fault_of_the_tracker(client, server, local):
    make.feed(f"{server.url}/", failures=3, state="failing")
    list(poll(claim_due(NOW)))
    assert not Activity.objects.filter(failing_since__isnull=False).exists()


def test_q12_entries_that_nobody_takes_are_a_fault(client):
    make.feed(next_poll_at=timezone.now())
    make.entry(process_at=timezone.now() - 9 * MINUTES)
    assert health(client)[0] == 200
    make.entry(process_at=timezone.now() - 11 * MINUTES)
    status, told = health(client)
    assert (status, told["parts"]["entries"]["well"]) == (503, False)
    done("entries", succeeded_at=timezone.now())
    assert health(client)[0] == 200


@pytest.mark.parametrize("kind", ["parsing", "entries", "mails", "hooks"])
def test_q12_work_that_only_fails_is_a_fault_but_one_item_alone_is_not(client, kind):
    since = timezone.now() - 11 * MINUTES
    done(kind, failing_since=since, failures=3, set_aside=1, error="one item, three tries")
    assert health(client)[0] == 200
    done(kind, failing_since=since, failures=4)
    status, told = health(client)
    assert (status, told["parts"][kind]["well"]) == (503, False)


def test_q12_bounces_that_nobody_reads_are_a_fault_where_there_is_a_folder(
    client, settings, tmp_path
):
    done("bounces", succeeded_at=timezone.now() - timedelta(hours=4))
    assert health(client)[0] == 200
    settings.BOUNCES_DIR = str(tmp_path)
    assert health(client)[0] == 503
    bounces.process_bounce_folder(timezone.now())
    assert health(client)[0] == 200


def test_q12_a_mail_server_that_is_down_is_a_fault(client, settings):
    settings.EMAIL_BACKEND = "tracker.alerts.delivery.smtp.SmtpBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    make.alert(address="r@example.org")
    mail(timezone.now(), subscriber=Subscriber.objects.get())
    Delivery.objects.update(type="manage")
    for _ in range(4):
        Delivery.objects.update(next_try_at=NOW)
        sending.send_due_mails(timezone.now())
    Activity.objects.update(failing_since=timezone.now() - 11 * MINUTES)
    assert not health(client)[1]["parts"]["mails"]["well"]


def test_it_asks_few_questions(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        client.get("/health")


def test_q12_mails_that_nobody_tries_are_a_fault_but_not_those_that_no_server_takes(client):
    tried = mail(timezone.now() - 20 * MINUTES, attempts=1, error="451 later")
    assert health(client)[0] == 200
    Delivery.objects.filter(pk=tried.pk).update(attempts=0, error="")
    assert health(client)[0] == 503


def test_q8_a_disk_without_room_is_a_fault(client, monkeypatch):
    monkeypatch.setattr(status, "LEAST_ROOM", 10**18)
    assert health(client)[0] == 503


def test_the_heartbeat_goes_out_while_all_is_well(server, settings):
    server.pages["/beat"] = Answer(b"ok")
    settings.HEARTBEAT_URL = f"{server.url}/beat"
    assert status.send_heartbeat(timezone.now())
    make.entry(process_at=timezone.now() - 16 * MINUTES)
    assert not status.send_heartbeat(timezone.now())
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
    assert "All systems working" in client.get("/status").content.decode()
    make.entry(process_at=timezone.now() - 16 * MINUTES)
    text = client.get("/status").content.decode()
    assert "Something has stopped working" in text
    assert "stopped for 10 minutes or more" in text


def test_it_says_whether_the_sentence_model_is_ready(client, monkeypatch):
    client.force_login(User.objects.create_superuser("owner"))
    monkeypatch.setattr(encoder, "usable_version", lambda: ("7", ""))
    assert "Version 7, used beside the word model" in client.get("/status").content.decode()
    monkeypatch.setattr(encoder, "usable_version", lambda: ("", "layers.onnx is missing"))
    page = client.get("/status").content.decode()
    assert "only the word model is used" in page
    assert ">layers.onnx is missing</code>" in page


def test_articles_set_aside_are_told_and_tried_again_by_an_owner(client):
    assert client.post("/status")["Location"].startswith("/login")
    client.force_login(User.objects.create_superuser("owner"))
    entry = make.entry(process_at=None, attempts=3, error="KeyError: 'Malo K'")
    done("entries", set_aside=1, set_aside_at=timezone.now(), error=entry.error)
    done("polls", succeeded_at=timezone.now())
    text = " ".join(client.get("/status").content.decode().split())
    assert "All systems working, but something was set aside" in text
    assert "1 article could not be read because of a fault in the program" in text
    assert "Try again (1 item)" in text
    text = client.post("/status", follow=True).content.decode()
    assert "1 item will be tried again" in text
    assert "could not be read" not in text
    entry.refresh_from_db()
    assert (entry.attempts, entry.error, entry.process_at is None) == (0, "", False)
    line = AuditLine.objects.get(verb="setting")
    assert (line.about, line.before, line.after) == ("set aside", "1", "tried again")
    done("mails", set_aside=2, set_aside_at=timezone.now())  # deleted since
    text = client.post("/status", follow=True).content.decode()
    assert "Nothing is set aside" in text
    assert "Try again" not in text


def test_trying_again_needs_the_forms_token():
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_superuser("owner"))
    assert client.post("/status").status_code == 403


def test_several_entries_set_aside_are_a_fault_for_a_day_and_one_is_not(client):
    now = timezone.now()
    done("entries", succeeded_at=now, set_aside=2, set_aside_at=now)
    assert health(client)[0] == 200
    done("entries", set_aside=3)
    status, told = health(client)
    assert (status, told["parts"]["entries"]["well"]) == (503, False)
    done("entries", set_aside_at=now - timedelta(hours=25))
    assert health(client)[0] == 200


def test_it_is_no_page_for_editors(client):
    client.force_login(User.objects.create_user("ed", is_staff=True))
    assert client.get("/status").status_code == 302
