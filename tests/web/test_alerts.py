import re
import statistics
import time
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from tests import make
from tests.conftest import NOW
from tracker.alerts import hits, subscribing
from tracker.alerts.collecting.collections import create_collection
from tracker.alerts.delivery import sending
from tracker.alerts.models import Alert, Delivery, Subscriber
from tracker.alerts.tokens import CONFIRM, FEED, STOP, STOP_ALL, sign_token

pytestmark = pytest.mark.django_db
FORM = {"address": "reader@example.org", "rate": "daily", "zone": "Europe/Brussels", "note": "why"}


def test_asking_says_check_your_mail_and_queues_the_confirming_mail(client):
    answer = client.post("/alerts/new?kind=ad_ban", FORM, follow=True)
    assert "Check your email" in answer.content.decode()
    alert = Alert.objects.get()
    assert (alert.query, alert.state, alert.zone) == ("kind:ad_ban", "pending", "Europe/Brussels")


def test_every_choice_is_kept(client):
    more = {"on_undone": "on", "on_changed": "on", "silent_days": "180", "name": "Mine"}
    client.post("/alerts/new", FORM | more)
    alert = Alert.objects.get()
    assert (alert.on_undone, alert.on_changed, alert.silent_days) == (True, True, 180)
    assert (alert.name, alert.note) == ("Mine", "why")


def test_the_form_says_in_words_what_will_come_and_what_would_have(client):
    today = timezone.now().date()
    make.event("An act of the past", occurred=f"{today - timedelta(days=3):%Y-%m-%d}")
    text = client.get("/alerts/new?kind=ad_ban&country=RU").content.decode()
    assert "ad bans concerning Russia" in text
    assert "An act of the past" in text
    assert "Acts in each of the last 12 weeks: 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1" in text


def test_much_proposes_once_a_week_and_refuses_nothing(client, monkeypatch):
    monkeypatch.setattr("tracker.alerts.forecast.weekly_counts", lambda *args: (300,) * 12)
    text = client.get("/alerts/new").content.decode()
    assert "This would send more than 30 events a day" in text
    assert re.search(r'value="weekly"[^>]*checked', text)
    assert client.post("/alerts/new", FORM).status_code == 302


def test_related_names_can_be_ticked(client):
    for n in range(3):
        make.event(f"Act {n}", targets=["RT", "Sputnik"])
    text = client.get("/alerts/new?target=rt").content.decode()
    assert "target:sputnik" in text
    client.post("/alerts/new?target=rt", FORM | {"with": ["target:sputnik"], "names_shown": "1"})
    assert Alert.objects.get().query == "target:rt target:sputnik names:off"


def test_names_in_other_scripts_are_shown_and_kept_unless_unticked(client):
    make.event(targets=["Alexei Navalny"])
    assert "ナワリヌイ" in client.get("/alerts/new?q=navalny").content.decode()
    client.post("/alerts/new?q=navalny", FORM | {"names_shown": "1", "names": "on"})
    assert Alert.objects.get().query == "navalny"


BAD = {
    "no address": ({"address": "nobody"}, "like name@example.org"),
    "no rate": ({"rate": "hourly"}, "not one of the available choices"),
    "no zone": ({"zone": "Mars/Olympus"}, "“Mars/Olympus” is not a time zone"),
    "a path": ({"zone": "../../etc/passwd"}, "is not a time zone"),
    "no days": ({"silent_days": "0"}, "greater than or equal to 1"),
}


@pytest.mark.parametrize(("change", "words"), BAD.values(), ids=BAD)
def test_a_slip_is_named_at_its_field_and_nothing_is_stored(client, change, words):
    answer = client.post("/alerts/new", FORM | change)
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not Alert.objects.exists()


def test_w1_the_answer_is_the_same_for_a_known_address_and_after_too_many(client):
    forms = [FORM | {"name": f"RT {number}"} for number in range(6)]
    answers = {client.post("/alerts/new", form).headers["Location"] for form in forms}
    assert answers == {"/alerts?sent"}
    assert Delivery.objects.count() == subscribing.MAILS_A_DAY


def test_an_alert_or_a_link_asked_for_twice_at_once_is_mailed_once(client):
    make.alert()
    for _ in range(2):
        assert client.post("/alerts/new", FORM).headers["Location"] == "/alerts?sent"
        client.post("/alerts/ask", {"address": "reader@example.org"})
    types = Delivery.objects.order_by("type").values_list("type", flat=True)
    assert list(types) == ["confirm", "manage"]
    assert Alert.objects.filter(state="pending").count() == 1


def test_w1_asking_for_the_link_says_and_takes_the_same_for_everybody(client, monkeypatch):
    monkeypatch.setattr(subscribing, "ASKED_AN_HOUR", (1_000,) * 3)
    monkeypatch.setattr(subscribing, "MAILS_A_DAY", 1_000)
    make.alert()
    seconds: dict[str, list[float]] = {"reader@example.org": [], "nobody@example.org": []}
    pages = set()
    for address in list(seconds) * 40:
        start = time.thread_time()  # which other work on the machine does not lengthen
        answer = client.post("/alerts/ask", {"address": address}, follow=True)
        seconds[address].append(time.thread_time() - start)
        pages.add(re.sub(r'(?:name="csrf\w+" )?value="\w{64}"', "", answer.content.decode()))
    assert len(pages) == 1
    known, unknown = (statistics.median(times) for times in seconds.values())
    assert abs(known - unknown) < 0.02


def test_w2_the_eleventh_request_of_an_hour_is_told_to_wait(client):
    for n in range(10):
        client.post("/alerts/new", FORM | {"address": f"r{n}@example.org"})
    answer = client.post("/alerts/ask", {"address": "reader@example.org"})
    assert answer.status_code == 429
    assert "<h1>Too many requests</h1>" in answer.content.decode()
    assert int(answer["Retry-After"]) > 0


def test_w2_an_address_that_cannot_be_written_to_is_refused_at_the_form(client):
    answer = client.post("/alerts/new", FORM | {"address": "a@[127.0.0.1]"})
    assert answer.status_code == 400
    assert "Enter an email address like name@example.org" in answer.content.decode()


def links():
    return re.findall(r"http://127.0.0.1:8000(/\S+)", str(mail.outbox[-1].body))


def test_m7_a_link_scanner_changes_nothing(client):
    client.post("/alerts/new", FORM)
    alert = make.alert("country:RU", address="other@example.org")
    event = make.event()
    make.report(event)
    hits.record_hits([event.pk], NOW)
    alert_rows = list(Alert.objects.order_by("pk").values())
    subscribing.request_manage_link(address="other@example.org", now=timezone.now())
    sending.send_due_mails(timezone.now() + timedelta(minutes=1))
    paths = [path for sent in mail.outbox for path in re.findall(r"8000(/[^\s#]+)", str(sent.body))]
    assert len(paths) > 8
    for path in paths:
        for answer in (client.get(path), client.head(path)):
            assert answer.status_code == 200
    for row, now in zip(alert_rows, Alert.objects.order_by("pk").values(), strict=True):
        assert row | {"last_sent_at": now["last_sent_at"], "next_run_at": None} == now | {
            "next_run_at": None
        }
    assert alert.subscriber.alerts.exists()


def test_the_button_behind_the_link_starts_the_alert(client):
    alert = make.alert(state="pending", confirmed_at=None)
    path = f"/alerts/confirm/{sign_token(CONFIRM, alert.pk)}"
    assert "<button" in client.get(path).content.decode()
    assert "Your alert is on" in client.post(path).content.decode()
    alert.refresh_from_db()
    assert alert.state == "active"


def test_w3_only_one_click_goes_without_a_csrf_token(db):
    alert = make.alert(state="pending", confirmed_at=None)
    strict = Client(enforce_csrf_checks=True)
    for path in (f"/alerts/confirm/{sign_token(CONFIRM, alert.pk)}", "/alerts/new", "/alerts/ask"):
        assert strict.post(path, FORM).status_code == 403


@pytest.mark.parametrize("n", [1, 3])
def test_m8_one_click_stops_what_the_mail_told_of_without_cookie_and_twice(n):
    made = [make.alert("kind:ad_ban" + " ad" * i) for i in range(n)]
    other = make.alert("kind:reinstatement")
    event = make.event("ad ad ad")
    make.report(event)
    hits.record_hits([event.pk], NOW)
    sending.send_due_mails(NOW)
    header = str(mail.outbox[0].extra_headers["List-Unsubscribe"])
    path = header.strip("<>").removeprefix("http://127.0.0.1:8000")
    strict = Client(enforce_csrf_checks=True)
    for _ in range(2):
        answer = strict.post(path, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    assert answer.cookies == {}
    stopped = set(Alert.objects.filter(state="stopped").values_list("pk", flat=True))
    assert stopped == {alert.pk for alert in made}
    other.refresh_from_db()
    assert other.state == "active"


def test_stop_all_stops_all_of_one_reader(client):
    mine = [make.alert("rt"), make.alert("sputnik")]
    theirs = make.alert(address="other@example.org")
    path = f"/alerts/stop-all/{sign_token(STOP_ALL, mine[0].subscriber_id)}"
    assert "“rt”" in client.get(path).content.decode()
    assert client.post(path).status_code == 200
    assert list(Alert.objects.filter(state="active")) == [theirs]


def test_whoever_was_mailed_the_link_to_their_page_alone_ends_it_with_one_click(client):
    client.post("/collections", {"address": "stranger@example.org"})
    sending.send_due_mails(timezone.now())
    header = str(mail.outbox[0].extra_headers["List-Unsubscribe"])
    path = header.strip("<>").removeprefix("http://127.0.0.1:8000")
    assert "Stop these emails" in client.get(path).content.decode()
    assert Subscriber.objects.exists()
    strict = Client(enforce_csrf_checks=True)
    for _ in range(2):
        answer = strict.post(path, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert "We send nothing more to this address unless" in answer.content.decode()
        assert not Subscriber.objects.exists()


def test_stopping_without_alerts_spares_collections_and_who_complained(client):
    barred, collects = make.reader("barred@example.org"), make.reader("collects@example.org")
    Subscriber.objects.filter(pk=barred.pk).update(suppressed_at=NOW, suppressed_for="complaint")
    create_collection("Our memo", collects, NOW)
    subscribing.request_manage_link(address=collects.address, now=NOW)
    for reader in (barred, collects):
        answer = client.post(f"/alerts/stop-all/{sign_token(STOP_ALL, reader)}")
        assert answer.status_code == 200
    assert Subscriber.objects.count() == 2
    assert Delivery.objects.get().state == "cancelled"


@pytest.mark.parametrize(
    "kind", ["confirm", "stop", "stop-all", "period", "feed", "manage", "manage-data", "erase"]
)
def test_m9_a_forged_link_leads_nowhere(client, kind):
    make.alert()
    for text in ("x", "1", "1.forged", "%00", "1%0d%0aX:%20y"):
        path = {"manage-data": f"manage/{text}/data.json", "erase": f"manage/{text}/erase"}.get(
            kind, f"{kind}/{text}"
        )
        for answer in (client.get(f"/alerts/{path}"), client.post(f"/alerts/{path}")):
            assert answer.status_code in {404, 405}, text
    assert Alert.objects.get().state == "active"
    assert Subscriber.objects.exists()


def test_m9_a_link_of_one_alert_stops_no_other(client):
    first, second = make.alert("rt"), make.alert("sputnik")
    good = sign_token(STOP, first.pk)
    forged = good.replace(first.key.hex, second.key.hex, 1)
    assert forged != good
    assert client.post(f"/alerts/stop/{forged}").status_code == 404
    assert Alert.objects.filter(state="active").count() == 2


def test_an_alert_is_a_private_feed_too(client):
    alert = make.alert("platform:twitter", rate="off", name="Mine")
    event = make.event()
    make.report(event)
    hits.record_hits([event.pk], NOW)
    path = f"/alerts/feed/{sign_token(FEED, alert.pk)}"
    answer = client.get(path)
    assert answer["Content-Type"] == "application/atom+xml"
    assert event.headline in answer.content.decode()
    assert "<title>Mine</title>" in answer.content.decode()
    subscribing.stop_alerts([alert.pk])
    assert client.get(path).status_code == 404


def test_an_event_offers_three_things_to_follow(client):
    event = make.event()
    text = client.get(f"/events/{event.pk}").content.decode()
    for address in (f"?event={event.pk}", "?target=rt", "?platform=twitter"):
        assert f"/alerts/new{address}" in text
    form = client.get(f"/alerts/new?event={event.pk}").content.decode()
    assert re.search(r'name="on_changed"[^>]*checked', form)


def test_following_one_event_says_so_and_asks_for_all_that_becomes_of_it(client):
    event = make.event()
    text = client.get(f"/alerts/new?event={event.pk}").content.decode()
    assert "<h1>\n" in text
    assert "Follow this event" in text
    assert "Twitter bars RT from advertising" in text
    assert "How many events to expect" not in text
    assert len(re.findall(r'name="on_\w+"[^>]* checked', text)) == 6
    client.post(f"/alerts/new?event={event.pk}", FORM | {"on_reports": "on"})
    alert = Alert.objects.get()
    assert alert.on_reports
    sending.send_due_mails(timezone.now())
    assert mail.outbox[0].subject == "Confirm your alert: Twitter bars RT from advertising"


def test_an_error_is_summed_up_with_focus_and_stands_in_the_title(client):
    text = client.post("/alerts/new", FORM | {"address": "nobody"}).content.decode()
    assert re.search(r"<title>\s*Error:", text)
    summary = text[text.index('role="alert"') :]
    assert 'tabindex="-1"' in summary[:80]
    assert 'href="#id_address"' in summary[:600]
    assert text.index('id="id_address"') < text.index('name="rate"')


def test_near_kinds_and_the_names_behind_a_word_are_suggested(client):
    for n in range(3):
        make.event(f"Twitter bars an election channel {n}", targets=["RT"])
    text = client.get("/alerts/new?kind=platform_block").content.decode()
    assert 'value="kind:legal_action"' in text
    text = client.get("/alerts/new?q=election").content.decode()
    assert 'href="/alerts/new?target=rt"' in text
    client.post("/alerts/new?kind=ad_ban", FORM | {"with": ["kind:demonetization"]})
    assert Alert.objects.get().query == "kind:ad_ban kind:demonetization"


def test_no_alert_is_offered_on_an_event_that_does_not_exist(client):
    event = make.event("Twitter bars RT")
    assert client.get("/alerts/new?event=99999").status_code == 400
    answer = client.post(f"/alerts/new?event=99999&event={event.pk}", FORM)
    assert (answer.status_code, Alert.objects.count()) == (400, 0)
    assert "Event 99999 does not exist" in answer.content.decode()
    assert client.get(f"/alerts/new?event={event.pk}").status_code == 200
