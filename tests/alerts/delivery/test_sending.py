import email
import email.policy
import re
from datetime import date, timedelta
from zoneinfo import ZoneInfoNotFoundError

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import make
from tests.conftest import NOW
from tests.outages import OUTAGES
from tests.thorough import size
from tracker.alerts import hits, subscribing
from tracker.alerts.delivery import bounces, composing, queueing, sending
from tracker.alerts.delivery.claims import OWN_TRIES
from tracker.alerts.delivery.composing import DeliveryBatch
from tracker.alerts.delivery.emails import build_digest_mail
from tracker.alerts.delivery.smtp import MailConnection
from tracker.alerts.followups.writing import run_instant_alerts
from tracker.alerts.models import Alert, Delivery, Hit, Subscriber
from tracker.alerts.schedule import mail_wait
from tracker.alerts.tokens import PERIOD, sign_token
from tracker.events.editing.actions import Editor, merge_events
from tracker.events.models import Change, Event, Revision
from tracker.events.search.load import load_rows
from tracker.feeds.models import Activity
from tracker.locks import LEASE, LOST_TRIES

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
LONGER = LEASE + timedelta(seconds=1)


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


def queued(n=1, **values):
    """So many readers with an alert and a digest that is due; the deliveries."""
    event = reported(**values)
    for i in range(n):
        make.alert(address=f"r{i}@example.org")
    hits.record_hits([event.pk], NOW)
    queueing.queue_digests(NOW)
    return list(Delivery.objects.order_by("pk"))


def states():
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


# --- what a mail says


def test_one_mail_tells_of_all_alerts_of_a_reader():
    make.alert("platform:twitter", name="Twitter")
    make.alert("country:RU", name="Russia", note="for the annual report")
    event, other = reported(), reported(headline="Elsewhere", platforms=["youtube"])
    hits.record_hits([event.pk, other.pk], NOW)
    assert sending.send_due_mails(NOW) == 1
    (sent,) = mail.outbox
    assert sent.subject == "2 new: Twitter bars RT from advertising; Elsewhere"
    assert "Also in: Russia" in sent.body
    assert "for the annual report" in sent.body


def test_hits_of_a_daily_alert_wait_for_the_morning_and_travel_together():
    alert = make.alert(rate="daily", next_run_at=NOW + 19 * HOUR)
    hits.record_hits([reported().pk, reported(headline="Second").pk], NOW)
    assert sending.send_due_mails(NOW) == 0
    assert sending.send_due_mails(NOW + 19 * HOUR) == 1
    assert mail.outbox[0].subject.startswith("2 new: ")
    alert.refresh_from_db()
    assert alert.next_run_at > NOW + 20 * HOUR


def parts(sent):
    parsed = email.message_from_bytes(sent.message().as_bytes(), policy=email.policy.default)
    return [part.get_content() for part in parsed.iter_parts()]


def test_both_parts_of_a_mail_say_the_same():
    alert = make.alert(note="for the annual report", on_undone=True)
    event = reported()
    hits.record_hits([event.pk], NOW)
    change = Change.objects.create(verb="edit", by="ed", at=NOW)
    Revision.objects.create(
        event=event,
        at=NOW,
        field="occurred",
        before="2017-10-25",
        after="2017-10-26",
        change=change,
    )
    back = make.event("Twitter lets RT advertise", kind="reinstatement", occurred="2017-10-28")
    Hit.objects.create(alert=alert, event=event, reason="undone", cause=back.pk, at=NOW)
    Hit.objects.create(alert=alert, event=event, reason="changed", cause=change.pk, at=NOW)
    Hit.objects.create(alert=alert, event=event, reason="silent", at=NOW)
    sending.send_due_mails(NOW)
    text, html = parts(mail.outbox[0])
    plain = " ".join(re.sub(r"<style.*?</style>|<[^>]+>", " ", html, flags=re.S).split())
    plain = re.sub(r" ([,.:)])", r"\1", plain)
    for words in (
        "Twitter bars RT from advertising",
        "You follow this for: for the annual report",
        "Twitter lets RT advertise, 28 October 2017; this undoes",
        "after 2 days",
        "day of the act changed from “25 October 2017” to “26 October 2017”",
        "0 of 1 feeds",
        "Ad ban",
    ):
        assert words in " ".join(text.split())
        assert words in plain
    for address in ("/alerts/stop/", "/alerts/stop-all/", "/alerts/manage/", f"/events/{event.pk}"):
        assert address in text
        assert address in html
    assert "<img" not in html
    assert "http://127.0.0.1:8000" in html
    assert not re.findall(r'src="|url\(|<link|<script', html)


def test_rules_stand_at_the_elements_and_the_dark_scheme_stays():
    queued()
    sending.send_due_mails(NOW)
    _, html = parts(mail.outbox[0])
    assert '<h1 style="' in html
    assert "@media (prefers-color-scheme: dark)" in html


def test_more_than_ten_events_lead_to_the_rest_of_this_period(client):
    make.alert()
    events = [reported(headline=f"Act {n}") for n in range(21)]
    hits.record_hits([event.pk for event in events], NOW)
    sending.send_due_mails(NOW)
    body = mail.outbox[0].body
    path = re.search(r"11 more in this period: http://[^/]+(/\S+)#", str(body))
    assert path is not None
    page = client.get(path[1]).content.decode()
    assert all(f">Act {n}</a>" in page for n in range(21))
    assert 'name="csrf' not in page


def test_the_page_of_a_digest_shows_new_reports_later_acts_and_passed_ends(client):
    followed, act, ended = (reported(headline=name) for name in ("Followed", "Act", "Block"))
    later = reported(headline="A later act", kind="legal_action")
    day = date(2026, 11, 23)
    Event.objects.filter(pk=ended.pk).update(ended=day.isoformat())
    alert = make.alert()
    told = [(followed, "report", followed.reports.get().pk), (act, "followed", later.pk)]
    for event, reason, cause in [*told, (ended, "ended", day.toordinal())]:
        Hit.objects.create(alert=alert, event=event, reason=reason, cause=cause, at=NOW)
    Alert.objects.update(next_run_at=NOW)
    queueing.queue_digests(NOW)
    page = client.get(f"/alerts/period/{sign_token(PERIOD, Delivery.objects.get().pk)}")
    text = page.content.decode()
    for words in ("New reports", "Follow-ups", "Stated end passed"):
        assert f"<h2>{words}</h2>" in text
    assert followed.reports.get().entry.link in text
    assert all(f"/events/{event.pk}" in text for event in (followed, act, later, ended))


def test_every_mail_has_one_click_unsubscribe_and_fixed_headers(settings):
    settings.MAIL_REPLY_TO = "desk@example.org"
    (delivery,) = queued()
    sending.send_due_mails(NOW)
    headers = mail.outbox[0].message()
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["List-Unsubscribe"].startswith("<http")
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["Message-ID"] == delivery.message_id
    assert headers["Reply-To"] == "desk@example.org"


@pytest.mark.parametrize(
    "headline",
    ["Ünïcode — “RT” ✓ " + "x" * 200, "العربية " * 30, "A\r\nBcc: all@example.org", "a\u2028b\0c"],
    ids=["marks", "long and right to left", "line breaks", "separators"],
)
def test_m6_m14_any_title_gives_a_mail_that_keeps_the_standards(headline):
    queued(headline=headline.replace("\0", ""))
    sending.send_due_mails(NOW)
    data = mail.outbox[0].message().as_bytes()
    parsed = email.message_from_bytes(data, policy=email.policy.strict)
    assert parsed["Message-ID"]
    assert parsed["Bcc"] is None
    assert {p.get_content_type() for p in parsed.walk()} >= {"text/plain", "text/html"}
    assert max(len(line) for line in data.splitlines()) <= 998
    assert "\n" not in mail.outbox[0].subject


def test_m6_a_name_with_line_breaks_forges_nothing():
    make.alert(name="N\r\nBcc: x@example.org\u2028y")
    hits.record_hits([reported().pk], NOW)
    sending.send_due_mails(NOW)
    assert mail.outbox[0].message()["Bcc"] is None


def test_a_mail_that_is_late_says_so(clock):
    queued()
    clock.now = NOW + 6 * HOUR
    sending.send_due_mails(clock.now)
    assert "Delayed: this mail is 6 hours late" in mail.outbox[0].body


# --- what is not sent


def test_a_refused_event_is_not_mailed():
    queued()
    Event.objects.update(state="refused")
    assert sending.send_due_mails(NOW) == 0
    assert states() == ["cancelled"]


def test_a_merged_event_is_told_under_the_event_that_is_kept():
    make.alert("platform:twitter")
    gone, kept = reported(), make.event("Kept", platforms=["twitter"])
    hits.record_hits([gone.pk], NOW)
    merge_events(gone.pk, kept.pk, Editor("ed", NOW))
    sending.send_due_mails(NOW)
    assert mail.outbox[0].subject == "New: Kept"


def test_m10_who_stops_while_a_mail_waits_gets_none():
    (delivery,) = queued()
    subscribing.stop_all_alerts(delivery.subscriber_id)
    assert sending.send_due_mails(NOW) == 0
    assert mail.outbox == []


def test_m10_also_after_the_mail_was_claimed():
    (delivery,) = queued()
    claimed = sending.claim_due_mails(NOW)
    batch = DeliveryBatch(claimed)
    subscribing.stop_all_alerts(delivery.subscriber_id)
    with MailConnection() as post:
        assert not sending.deliver_mail(claimed[0], batch, post)
    assert mail.outbox == []


def test_m10_who_stops_one_alert_of_a_digest_hears_of_the_other():
    # Names with a space, which no random key in a link holds.
    first, _ = make.alert(name="Red tulips"), make.alert("platform:twitter", name="Blue tulips")
    hits.record_hits([reported().pk], NOW)
    queueing.queue_digests(NOW)
    subscribing.stop_alerts([first.pk])
    sending.send_due_mails(NOW)
    assert "Blue tulips" in mail.outbox[0].body
    assert "Red tulips" not in mail.outbox[0].body


def test_what_the_reader_muted_meanwhile_is_not_told():
    alert = make.alert(rate="daily", next_run_at=NOW)
    event = reported()
    hits.record_hits([event.pk], NOW)
    subscribing.mute_event(alert.subscriber_id, event.pk, NOW)
    assert sending.send_due_mails(NOW) == 0


# --- claims


def test_m1_two_senders_never_take_one_mail():
    queued()
    assert len(sending.claim_due_mails(NOW)) == 1
    assert sending.claim_due_mails(NOW) == []


def test_m1_a_mail_whose_sender_died_goes_out_again_with_the_same_id():
    queued()
    (lost,) = sending.claim_due_mails(NOW)
    assert sending.send_due_mails(NOW + LONGER) == 1
    assert mail.outbox[0].extra_headers["Message-ID"] == lost.message_id


def test_m4_a_sender_that_is_slower_than_its_lease_sends_nothing_more():
    queued()
    (slow,) = sending.claim_due_mails(NOW)
    batch = DeliveryBatch([slow])
    assert sending.send_due_mails(NOW + LONGER) == 1
    with MailConnection() as post:
        assert not sending.deliver_mail(slow, batch, post)
    assert len(mail.outbox) == 1


def test_a_digest_that_cannot_be_made_does_not_stop_the_others(monkeypatch):
    queued(3)
    make_it = build_digest_mail

    def fails_once(reader, *args):
        if reader.address.startswith("r1@"):
            raise KeyError("x")
        return make_it(reader, *args)

    monkeypatch.setattr(sending, "build_digest_mail", fails_once)
    with pytest.raises(ExceptionGroup):
        sending.send_due_mails(NOW)
    assert states() == ["sent", "due", "sent"]
    broken = Delivery.objects.get(state="due")
    assert (broken.attempts, broken.claim, broken.error) == (1, None, "KeyError: 'x'")


def give_up(clock):
    """Sends as often as a mail that cannot be made is tried."""
    for _ in range(OWN_TRIES):
        with pytest.raises(ExceptionGroup):
            sending.send_due_mails(clock.now)
        clock.now += timedelta(hours=1)
    assert sending.send_due_mails(clock.now) == 0


def test_m15_a_mail_that_cannot_be_made_is_given_up_with_its_error(clock, monkeypatch, client):
    queued(1)

    def fails(*args):
        raise KeyError("x\0y")

    monkeypatch.setattr(sending, "build_digest_mail", fails)
    give_up(clock)
    mail_ = Delivery.objects.get()
    assert (mail_.state, mail_.attempts, mail_.claim) == ("failed", OWN_TRIES, None)
    assert "KeyError" in mail_.error
    assert Activity.objects.get(work_type="mails").set_aside == 1
    client.force_login(User.objects.create_superuser("owner"))
    assert "KeyError" in client.get("/deliveries").content.decode()
    assert "KeyError" in client.get("/status").content.decode()


def test_m15_a_recipient_that_no_mail_can_name_is_given_up_and_the_others_are_sent(post, clock):
    server = post()
    queued(2)
    Subscriber.objects.filter(address="r0@example.org").update(
        address="=?utf-8?q?=0d=0aBcc=3a?=@example.com"
    )
    give_up(clock)
    assert states() == ["failed", "sent"]
    assert [e.rcpt_tos for e in server.taken] == [["r1@example.org"]]


def test_m15_what_fails_in_a_batch_is_made_alone(monkeypatch, clock):
    queued(2)

    def fails_for_several(events):
        if any(e.pk == bad.pk for e in events):
            raise ValueError("an event of another mail")
        return load_rows(events)

    bad = reported(headline="Reddit bans RT", platforms=["reddit"])
    make.alert("platform:reddit", address="bad@example.org")
    hits.record_hits([bad.pk], NOW)
    monkeypatch.setattr(composing, "load_rows", fails_for_several)
    with pytest.raises(ExceptionGroup):
        sending.send_due_mails(NOW)
    clock.now += HOUR
    with pytest.raises(ExceptionGroup):
        sending.send_due_mails(clock.now)
    assert states().count("sent") == 2


def test_m15_a_mail_whose_workers_are_killed_is_given_up(clock, monkeypatch):
    queued(1)

    def dies(*args):
        raise KeyboardInterrupt  # as a kill: nothing is done after it

    monkeypatch.setattr(sending, "build_digest_mail", dies)
    for _ in range(LOST_TRIES):
        with pytest.raises(KeyboardInterrupt):
            sending.send_due_mails(clock.now)
        clock.now += LONGER
    assert sending.send_due_mails(clock.now) == 0
    assert states() == ["failed"]


def test_m15_digests_that_cannot_be_queued_keep_back_no_mail(monkeypatch):
    queued(1)

    def fails(now):
        raise ZoneInfoNotFoundError("Mars")

    monkeypatch.setattr(sending, "queue_digests", fails)
    assert sending.send_due_mails(NOW) == 1
    assert Activity.objects.get(work_type="mails").failing_since is None  # since one was sent


@OUTAGES
def test_m15_while_the_database_does_not_answer_no_attempt_is_counted(monkeypatch, clock, outage):
    queued(1)

    def locked(*args):
        raise outage

    monkeypatch.setattr(sending, "build_digest_mail", locked)
    for _ in range(7):
        with pytest.raises(ExceptionGroup):
            sending.send_due_mails(clock.now)
        clock.now += LONGER
    monkeypatch.undo()
    monkeypatch.setattr("django.utils.timezone.now", lambda: clock.now)
    assert sending.send_due_mails(clock.now) == 1


# --- a server that misbehaves


def test_many_mails_go_over_one_connection(post):
    server = post()
    queued(5)
    assert sending.send_due_mails(NOW) == 5
    assert server.connections == 1
    assert {e.rcpt_tos[0] for e in server.taken} == {f"r{i}@example.org" for i in range(5)}


def test_m2_a_mail_whose_outcome_is_unknown_is_not_sent_again(post, clock):
    server = post("drop")
    queued()
    sending.send_due_mails(NOW)
    assert states() == ["unknown"]
    clock.now = NOW + timedelta(days=3)
    sending.send_due_mails(clock.now)
    assert len(server.taken) == 1


def test_m2_the_mails_after_it_go_over_a_new_connection(post):
    server = post(lambda number, address: "drop" if number == 0 else "250 OK")
    queued(3)
    sending.send_due_mails(NOW)
    assert states() == ["unknown", "sent", "sent"]
    assert server.connections == 2


def bad_at(number, answer):
    return lambda n, address: answer if n == number else "250 OK"


@pytest.mark.parametrize(
    ("answer", "state", "suppressed"),
    [("451 later", "due", ""), ("554 looks like spam", "refused", "")],
)
def test_m3_one_refusal_in_a_batch_leaves_the_others_sent(post, answer, state, suppressed):
    post(bad_at(1, answer))
    queued(4)
    assert sending.send_due_mails(NOW) == 3
    assert states() == ["sent", state, "sent", "sent"]
    assert Subscriber.objects.get(address="r1@example.org").suppressed_for == suppressed


def test_m3_a_line_that_breaks_before_the_mail_was_given_is_no_unknown_outcome(post, clock):
    server = post(rcpt=lambda a: "drop" if a.startswith("r1@") else "250 OK")
    queued(3)
    assert sending.send_due_mails(NOW) == 2
    assert states() == ["sent", "due", "sent"]
    server.rcpt = lambda address: "250 OK"
    clock.now = NOW + timedelta(minutes=3)
    assert sending.send_due_mails(clock.now) == 1
    assert len(server.taken) == 3


def test_m3_a_refused_recipient_is_mailed_no_more(post):
    post(rcpt=lambda a: "550 5.1.1 no such user" if a.startswith("r1@") else "250 OK")
    queued(3)
    assert sending.send_due_mails(NOW) == 2
    assert states() == ["sent", "refused", "sent"]
    assert Subscriber.objects.get(address="r1@example.org").suppressed_for == "hard"
    hits.record_hits([reported(headline="Second").pk], NOW)
    sending.send_due_mails(NOW)
    assert Delivery.objects.filter(subscriber__address="r1@example.org").count() == 1


def test_m3_a_passing_refusal_is_tried_later_and_later_for_two_days(post, clock):
    server = post(rcpt="451 greylisted")
    queued()
    waits = []
    while states() == ["due"]:
        waits.append(Delivery.objects.get().next_try_at)
        clock.now = waits[-1]
        sending.send_due_mails(clock.now)
    assert states() == ["refused"]
    assert timedelta(hours=48) < clock.now - NOW < timedelta(hours=53)
    assert mail_wait(1) < mail_wait(3) < mail_wait(20)
    assert server.taken == []


def test_m13_while_no_server_answers_the_queue_and_its_order_are_kept(post, settings, clock):
    post()
    settings.EMAIL_PORT, real = 1, settings.EMAIL_PORT
    queued(3)
    for minute in range(0, 360, 30):
        clock.now = NOW + timedelta(minutes=minute)
        sending.send_due_mails(clock.now)
    assert states() == ["due"] * 3
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {0}
    settings.EMAIL_PORT = real
    clock.now = NOW + 6 * HOUR
    sending.send_due_mails(clock.now)
    assert states() == ["sent"] * 3


def test_m13_a_reader_whose_digest_waits_gets_the_rest_in_one_later(post, settings, clock):
    server = post()
    settings.EMAIL_PORT, real = 1, settings.EMAIL_PORT
    make.alert()
    for n in range(5):
        hits.record_hits([reported(headline=f"Act {n}").pk], NOW)
        clock.now = NOW + timedelta(minutes=2 * n)
        sending.send_due_mails(clock.now)
    assert Delivery.objects.count() == 1
    settings.EMAIL_PORT = real
    for n in range(6, 12):
        clock.now = NOW + timedelta(minutes=2 * n)
        sending.send_due_mails(clock.now)
    subjects = [email.message_from_bytes(e.content)["Subject"] for e in server.taken]
    assert [s.split(":")[0] for s in subjects] == ["New", "4 new"]


def test_m13_no_more_than_so_many_mails_a_second_are_claimed(settings):
    settings.MAIL_RATE = 5.0
    queued(60)
    taken = []
    for second in range(20):
        now = NOW + timedelta(seconds=second)
        taken += [now] * len(sending.claim_due_mails(now, sending.mail_budget(now)))
    assert len(taken) == 60
    for start in taken:
        within = [at for at in taken if start <= at < start + timedelta(seconds=sending.PACE)]
        assert len(within) <= 25


def test_our_own_refused_address_ends_nobody(post, monkeypatch, clock):
    server = post()
    queued()

    async def refuse(*args):
        return "550 sender not allowed"

    monkeypatch.setattr(type(server), "handle_MAIL", refuse, raising=False)
    sending.send_due_mails(NOW)
    assert states() == ["due"]
    assert not Subscriber.objects.filter(suppressed_at__isnull=False).exists()


# --- storms


def test_m12_three_thousand_events_in_an_hour_are_a_mail_every_ten_minutes(clock):
    make.alert()
    a_minute = size(20, 50)  # events
    for minute in range(60):
        events = Event.objects.bulk_create(
            Event(kind="ad_ban", headline=f"Act {minute}-{n}", recorded_at=NOW, changed_at=NOW)
            for n in range(a_minute)
        )
        Hit.objects.bulk_create(
            Hit(alert=Alert.objects.get(), event=event, at=NOW) for event in events
        )
        clock.now = NOW + timedelta(minutes=minute)
        run_instant_alerts(Alert.objects.values_list("pk", flat=True), clock.now)
        sending.send_due_mails(clock.now)
    assert [sent.subject.partition(":")[0] for sent in mail.outbox[:2]] == [
        f"{a_minute} new",
        f"{10 * a_minute} new",
    ]
    assert len(mail.outbox) == 6
    clock.now = NOW + timedelta(minutes=61)
    sending.send_due_mails(clock.now)
    assert mail.outbox[-1].subject.startswith(f"{9 * a_minute} new: ")
    assert not Hit.objects.filter(delivery=None).exists()


def test_many_corrections_cost_a_mail_no_more_queries_than_few():
    alert = make.alert(told_from=NOW - HOUR)
    counts = []
    for n in (1, 4):
        for _ in range(n):
            event = reported()
            change = Change.objects.create(verb="edit", by="ed", at=NOW)
            days = {"before": "2017-10-25", "after": "2017-10-26"}
            event.revisions.create(at=NOW, field="occurred", by="ed", change=change, **days)
            hit = {"event": event, "reason": "changed", "cause": change.pk, "at": NOW}
            Hit.objects.create(alert=alert, **hit)
        Alert.objects.update(next_run_at=NOW + n * HOUR)
        queueing.queue_digests(NOW + n * HOUR)
        digest = Delivery.objects.latest("pk")
        with CaptureQueriesContext(connection) as queries:
            lines = DeliveryBatch([digest]).hit_lines(digest, [alert])
        assert [len(line.changes) for line in lines] == [1] * n
        counts.append(len(queries))
        Delivery.objects.update(state="sent")
    assert counts[0] == counts[1]


@pytest.mark.parametrize(("ended", "n"), [("2026-11-27", 1), ("2026-12-09", 0), ("", 0)])
def test_a_stated_end_that_was_moved_or_taken_back_is_not_mailed(ended, n):
    make.alert("kind:platform_block", on_ended=True, rate="daily")
    event = reported(kind="platform_block", occurred="2026-11-24")
    Event.objects.filter(pk=event.pk).update(ended="2026-11-27")
    Hit.objects.create(
        alert=Alert.objects.get(),
        event=event,
        reason="ended",
        cause=date(2026, 11, 27).toordinal(),
        at=NOW,
    )
    Event.objects.filter(pk=event.pk).update(ended=ended)
    Alert.objects.update(next_run_at=NOW)
    assert sending.send_due_mails(NOW) == n


# --- signs of life


def test_after_four_weeks_without_news_one_mail_says_still_watching():
    make.alert("platform:twitter", confirmed_at=NOW - timedelta(days=29))
    assert queueing.queue_watching_mails(NOW) == 1
    assert queueing.queue_watching_mails(NOW) == 0
    assert sending.send_due_mails(NOW + timedelta(days=4)) == 1
    assert mail.outbox[0].subject == "Still watching: nothing matched in four weeks"
    assert "0 of 0 feeds" in mail.outbox[0].body
    assert queueing.queue_watching_mails(NOW + timedelta(days=27)) == 0
    assert queueing.queue_watching_mails(NOW + timedelta(days=29)) == 1


def test_nobody_is_told_that_nothing_matched_while_a_monthly_digest_waits():
    alert = make.alert(rate="monthly", confirmed_at=NOW - timedelta(days=40))
    hit = Hit.objects.create(alert=alert, event=reported(), at=NOW - timedelta(days=9))
    assert queueing.queue_watching_mails(NOW) == 0
    Hit.objects.filter(pk=hit.pk).update(is_held=True)
    assert queueing.queue_watching_mails(NOW) == 1


@pytest.mark.parametrize(
    ("reader", "alert"),
    [
        ({"wants_signs": False}, {}),
        ({"suppressed_at": NOW}, {}),
        ({}, {"confirmed_at": NOW - timedelta(days=3)}),
        ({}, {"rate": "off"}),
        ({}, {"state": "stopped"}),
        ({}, {"paused_until": (NOW + timedelta(days=9)).date()}),
    ],
    ids=["switched off", "suppressed", "new", "not by mail", "stopped", "paused"],
)
def test_who_does_not_want_signs_gets_none(reader, alert):
    values = {"confirmed_at": NOW - timedelta(days=40)} | alert
    make.alert(subscriber=make.reader(**reader), **values)
    assert queueing.queue_watching_mails(NOW) == 0


# --- pauses


def test_what_is_found_during_a_pause_comes_after_it(clock):
    until = (NOW + timedelta(days=3)).date()
    make.alert(paused_until=until)
    hits.record_hits([reported().pk], NOW)
    for hour in range(0, 64, 4):
        clock.now = NOW + hour * HOUR
        sending.send_due_mails(clock.now)
    assert mail.outbox == []
    clock.now = NOW + 68 * HOUR  # 08:00 of that day
    sending.send_due_mails(clock.now)
    assert mail.outbox[0].subject.startswith("New: ")


# --- bounces


def test_five_soft_bounces_in_a_fortnight_end_an_address():
    reader = make.reader()
    for day in range(5):
        assert reader.suppressed_at is None
        bounces.record_bounce(reader, "soft", NOW + timedelta(days=day))
        reader.refresh_from_db()
    assert reader.suppressed_for == "soft"


def test_five_soft_bounces_in_a_year_do_not():
    reader = make.reader()
    for month in range(12):
        bounces.record_bounce(reader, "soft", NOW + timedelta(days=30 * month))
    reader.refresh_from_db()
    assert reader.suppressed_at is None


def test_m15_a_reader_whose_digest_cannot_be_queued_keeps_back_no_other():
    event = reported()
    for i in range(2):
        make.alert(address=f"r{i}@example.org")
    hits.record_hits([event.pk], NOW)
    Alert.objects.filter(subscriber__address="r0@example.org").update(
        rate="daily", zone="Mars/Base"
    )
    assert sending.send_due_mails(NOW) == 1
    assert mail.outbox[0].to == ["r1@example.org"]
