from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import make
from tests.conftest import NOW
from tracker.alerts import hits
from tracker.alerts.delivery import sending
from tracker.alerts.followups import days
from tracker.alerts.followups.news import record_news
from tracker.alerts.models import Alert, Delivery, Hit
from tracker.events.editing.actions import Editor, merge_events
from tracker.events.models import Change, Entity, Event, Link, Report, Revision
from tracker.events.record.derived.columns import reindex
from tracker.events.record.write import revise
from tracker.events.search.find import count_events
from tracker.events.search.language.parsing import parse
from tracker.feeds.models import Entry

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def reported(**values):
    event = make.event(**values)
    make.report(event)
    return event


def reasons():
    return sorted(Hit.objects.values_list("reason", flat=True))


def test_a_hit_is_written_once():
    make.alert("platform:twitter")
    event = reported()
    assert hits.record_hits([event.pk], NOW) == 1
    assert hits.record_hits([event.pk], NOW) == 0


@pytest.mark.parametrize(
    ("query", "n"),
    [
        ("", 1),
        ("kind:ad_ban country:RU", 1),
        ("kind:reinstatement", 0),
        ("since:2018-01", 0),
        ("rt", 1),
        ("-rt", 0),
        ("rt weather", 0),
    ],
)
def test_only_what_the_query_chooses_is_a_hit(query, n):
    make.alert(query)
    assert hits.record_hits([reported().pk], NOW) == n


def test_what_was_reported_before_the_confirmation_is_no_news():
    make.alert(confirmed_at=NOW + timedelta(seconds=1))
    assert hits.record_hits([reported().pk], NOW) == 0


def test_what_only_an_archive_told_is_no_news():
    make.alert()
    event = make.event()
    make.report(event, make.entry(is_news=False))
    assert hits.record_hits([event.pk], NOW) == 0


def test_only_active_alerts_have_hits():
    for state in ("pending", "stopped"):
        make.alert(state=state)
    assert hits.record_hits([reported().pk], NOW) == 0


def test_an_alert_on_an_event_is_told_of_its_next_report():
    event, other = reported(), reported(headline="Another")
    make.alert(f"event:{event.pk}", on_reports=True)
    make.alert(f"event:{event.pk}")
    assert hits.record_hits([event.pk, other.pk], NOW) == 1
    first = event.reports.get()
    assert Hit.objects.get().cause == first.pk
    make.report(event)
    assert hits.record_hits([event.pk], NOW) == 1
    assert hits.record_hits([event.pk], NOW) == 0
    assert reasons() == ["report", "report"]


def test_a_report_of_which_all_followers_heard_costs_no_write():
    event = reported()
    alert = make.alert(f"event:{event.pk}", on_reports=True)
    hits.record_hits([event.pk], NOW)
    counts = []
    for _ in range(2):
        assert record_news([event.pk], NOW) == 0  # reads the alerts
        with CaptureQueriesContext(connection) as queries:
            assert record_news([event.pk], NOW) == 0
        counts.append(len(queries))
        for report in [make.report(event) for _ in range(5)]:
            Hit.objects.create(alert=alert, event=event, reason="report", cause=report.pk, at=NOW)
        # Who begins to follow now asks for none of the old ones.
        late = {"on_reports": True, "confirmed_at": NOW + DAY}
        make.alert(f"event:{event.pk}", address="late@example.org", **late)
    assert counts[0] == counts[1]


def test_a_follower_is_told_of_reports_on_what_the_event_was_merged_into():
    gone, kept = reported(), make.event("Kept")
    make.alert(f"event:{gone.pk}", on_reports=True, on_changed=True)
    merge_events(gone.pk, kept.pk, Editor("ed", NOW + HOUR))
    assert hits.record_hits([gone.pk, kept.pk], NOW + HOUR) == 2
    assert reasons() == ["changed", "report"]
    assert hits.record_hits([gone.pk, kept.pk], NOW + HOUR) == 0


def test_an_alert_waits_for_so_many_newsrooms():
    make.alert(publishers=2)
    make.alert(without_sources="other.example paper.example", publishers=2)
    make.alert(without_sources="news.example")
    event = reported()
    assert hits.record_hits([event.pk], NOW) == 0
    paper = make.feed("https://paper.example/rss", host="paper.example")
    make.report(event, make.entry("Another text on the act of Twitter", feed=paper))
    assert hits.record_hits([event.pk], NOW) == 2
    third = make.feed("https://third.example/rss", host="third.example")
    make.report(event, make.entry("What Twitter did to the channel", feed=third))
    assert hits.record_hits([event.pk], NOW) == 1


def test_a_merged_event_is_told_of_once():
    make.alert("platform:twitter")
    gone, kept = reported(), make.event("Kept", platforms=["twitter"])
    hits.record_hits([gone.pk], NOW)
    merge_events(gone.pk, kept.pk, Editor("ed", NOW))
    assert hits.record_hits([kept.pk], NOW) == 0


def test_an_alert_on_what_is_in_force_fires_as_the_page_finds():
    make.alert('target:"RT" in_force:2018-01-01')
    event = reported()
    assert hits.record_hits([event.pk], NOW) == 1
    assert count_events(parse('target:"RT" in_force:2018-01-01')) == 1
    assert count_events(parse("in_force:2017-01-01")) == 0


def test_an_english_alert_fires_on_a_russian_article():
    make.alert("Navalny")
    pk = make.processed("YouTube заблокировал канал Навального", language="ru")
    assert pk is not None
    assert hits.record_hits([pk], NOW) == 1


def test_an_event_that_an_editor_changes_becomes_a_hit_by_the_next_sweep():
    make.alert("kind:reinstatement", confirmed_at=NOW - DAY)
    event = reported()
    hits.match_changed_events(timezone.now())
    assert not Hit.objects.exists()
    event.kind = "reinstatement"
    event.save()
    reindex([event.pk])
    assert hits.match_changed_events(timezone.now()) == 1


def test_a_sweep_after_a_long_silence_finds_what_was_recorded_meanwhile():
    make.alert()
    hits.match_changed_events(timezone.now() - timedelta(days=3))
    reported()
    assert hits.match_changed_events(timezone.now()) == 1
    assert hits.match_changed_events(timezone.now()) == 0


def test_muted_events_are_no_hits():
    alert = make.alert()
    event = reported()
    alert.subscriber.muted_events.create(event=event, at=NOW)
    assert hits.record_hits([event.pk], NOW) == 0


# --- E5: a feed that suddenly is all new


def flooded():
    event = make.event()
    make.report(event, make.entry(is_held=True))
    make.alert()
    hits.record_hits([event.pk], NOW)
    return event


def test_e5_hits_of_a_flood_wait_for_an_owner():
    flooded()
    assert Hit.objects.get().is_held
    assert sending.send_due_mails(NOW) == 0


def test_e5_an_owner_releases_them():
    flooded()
    ((feed, n),) = hits.held_feeds()
    assert n == 1
    assert hits.release_held_hits(feed.pk, NOW) == 1
    assert sending.send_due_mails(NOW) == 1
    assert hits.held_feeds() == []


def test_e5_or_drops_them():
    event = flooded()
    assert hits.drop_held_hits(hits.held_feeds()[0][0].pk) == 1
    assert not Hit.objects.exists()
    assert hits.record_hits([event.pk], NOW) == 0
    assert not Entry.objects.get().is_news


def test_e5_another_source_that_tells_of_it_frees_the_hit():
    event = flooded()
    make.report(event, make.entry(feed=make.feed("https://b.example/rss", host="b.example")))
    hits.record_hits([event.pk], NOW)
    assert not Hit.objects.get().is_held
    assert sending.send_due_mails(NOW) == 1


# --- undone


def undone(**values):
    """A ban of which an alert was told, and the act that undoes it, confirmed."""
    alert = make.alert("kind:ad_ban", **({"on_undone": True} | values))
    ban = reported()
    hits.record_hits([ban.pk], NOW)
    sending.send_due_mails(NOW)
    back = reported(
        headline="Twitter lets RT advertise again", kind="reinstatement", occurred="2019-01-26"
    )
    return alert, ban, back


def link(back, ban, state="confirmed"):
    Link.objects.create(source=back, target=ban, type="undoes", state=state)
    told = [("link", None, ("undoes", ban.pk, state))]
    revise(back, NOW + HOUR, "ed", "", told)
    reindex([back.pk])


def test_whoever_was_told_is_told_of_the_end_once():
    _, ban, back = undone()
    link(back, ban)
    assert hits.record_hits([back.pk], NOW + HOUR) == 1
    assert hits.record_hits([back.pk], NOW + HOUR) == 0
    hit = Hit.objects.get(reason="undone")
    assert (hit.event_id, hit.cause) == (ban.pk, back.pk)


def test_nobody_is_told_of_an_end_that_they_did_not_ask_for():
    _, ban, back = undone(on_undone=False)
    link(back, ban)
    assert hits.record_hits([back.pk], NOW + HOUR) == 0


def test_an_end_that_no_editor_confirmed_is_not_told():
    _, ban, back = undone()
    link(back, ban, state="proposed")
    assert hits.record_hits([back.pk], NOW + HOUR) == 0


def test_an_end_that_only_an_imported_history_tells_is_no_news():
    _, ban, back = undone()
    back.reports.all().delete()
    link(back, ban)
    assert hits.record_hits([back.pk], NOW + HOUR) == 0


def test_an_end_that_was_known_before_the_alert_is_not_told():
    _, ban, back = undone()
    link(back, ban)
    Alert.objects.update(confirmed_at=NOW + 2 * HOUR)
    assert hits.record_hits([back.pk], NOW + 3 * HOUR) == 0


@pytest.mark.parametrize(
    ("link_type", "setting", "reason"),
    [
        ("extends", "on_extended", "extended"),
        ("follows", "on_followed", "followed"),
        ("tested_by", "on_tested", "tested"),
    ],
)
def test_each_type_of_link_is_told_to_those_who_asked_for_it(link_type, setting, reason):
    make.alert("platform:twitter", on_undone=True)
    make.alert("platform:twitter", address="b@example.org", **{setting: True})
    act = reported()
    hits.record_hits([act.pk], NOW)
    later = reported(headline="A later act", kind="legal_action", platforms=["youtube"])
    is_ahead = link_type == "tested_by"
    source, target = (act, later) if is_ahead else (later, act)
    Link.objects.create(source=source, target=target, type=link_type, state="confirmed")
    revise(source, NOW, "ed", "", [("link", None, (link_type, target.pk, "confirmed"))])
    assert hits.record_hits([source.pk, target.pk], NOW) == 1
    hit = Hit.objects.exclude(reason="new").get()
    assert (hit.reason, hit.event_id, hit.cause) == (reason, act.pk, later.pk)


# --- corrected


def corrected(verb="edit", field="occurred", at=NOW + DAY):
    event = reported()
    hits.record_hits([event.pk], NOW)
    sending.send_due_mails(NOW)
    Delivery.objects.update(ended_at=NOW)
    change = Change.objects.create(verb=verb, by="ed", at=at)
    Revision.objects.create(
        event=event, at=at, field=field, before="2017-10-26", after="2017-10-27", change=change
    )
    return event, change


def test_whoever_was_mailed_is_told_of_the_correction_once():
    make.alert(on_changed=True)
    event, change = corrected()
    assert hits.record_hits([event.pk], NOW + DAY) == 1
    assert hits.record_hits([event.pk], NOW + DAY) == 0
    assert Hit.objects.get(reason="changed").cause == change.pk


@pytest.mark.parametrize(
    ("verb", "field", "days"),
    [("accept", "state", 1), ("edit", "report", 1), ("edit", "occurred", -1)],
    ids=["only accepted", "only a report", "before the mail"],
)
def test_what_is_no_correction_is_not_told(verb, field, days):
    make.alert(on_changed=True)
    event, _ = corrected(verb, field, NOW + days * DAY)
    assert hits.record_hits([event.pk], NOW + 2 * DAY) == 0


def test_a_follower_of_an_event_is_told_of_its_correction_without_a_mail_before():
    event = reported()
    make.alert(f"event:{event.pk}", on_changed=True, confirmed_at=NOW + HOUR)
    change = Change.objects.create(verb="edit", by="ed", at=NOW + DAY)
    Revision.objects.create(
        event=event, at=NOW + DAY, field="kinds", before=["ad_ban"], after=["other"], change=change
    )
    assert hits.record_hits([event.pk], NOW + DAY) == 1
    assert reasons() == ["changed"]


def test_a_correction_that_was_undone_before_anybody_heard_is_not_told():
    make.alert(on_changed=True)
    event, change = corrected()
    undoing = Change.objects.create(verb="undo", by="ed", at=NOW + 2 * DAY, undoes=change)
    Revision.objects.create(
        event=event,
        at=undoing.at,
        field="occurred",
        before="2017-10-27",
        after="2017-10-26",
        change=undoing,
    )
    assert hits.record_hits([event.pk], NOW + 3 * DAY) == 0


# --- silence


def days_after(text, days):
    return make.day(text) + timedelta(days=days)


def test_time_travel_exactly_one_hit_when_nothing_was_undone_in_time():
    event = reported(occurred="2026-11-20")
    make.alert("kind:ad_ban", silent_days=180)
    for day in range(400):
        days.record_silent(NOW + timedelta(days=day))
        due = (NOW + timedelta(days=day)).date() >= days_after("2026-11-20", 180).date()
        assert Hit.objects.filter(reason="silent").count() == due
    assert Hit.objects.get().event_id == event.pk


@pytest.mark.parametrize(
    "values",
    [
        {"occurred": "2026-11"},
        {"occurred": "2026-11-20", "kind": "content_removal"},
        {"occurred": "2020-01-01"},
    ],
    ids=["day unknown", "does not last", "over when the alert began"],
)
def test_silence_is_told_only_of_acts_that_last_and_whose_term_ends_now(values):
    reported(**values)
    make.alert(silent_days=30)
    for day in range(0, 100, 10):
        days.record_silent(NOW + timedelta(days=day))
    assert not Hit.objects.exists()


def test_what_was_undone_in_time_is_not_told():
    ban = reported(occurred="2026-11-20")
    back = make.event("Back", kind="reinstatement", occurred="2026-12-01")
    link(back, ban)
    make.alert("kind:ad_ban", silent_days=30)
    days.record_silent(NOW + timedelta(days=40))
    assert not Hit.objects.exists()


def test_a_name_that_an_editor_adds_makes_alerts_match_at_once():
    make.alert("Kremlinkanal")
    event = reported()
    assert hits.record_hits([event.pk], NOW) == 0
    rt = Entity.objects.get(type="target", name="RT")
    rt.aliases.create(name="Kremlinkanal", by="ed")
    assert hits.record_hits([event.pk], NOW) == 1


# --- a day passes


def test_a_stated_end_that_passes_is_told_once_to_those_who_asked():
    make.alert("kind:platform_block", on_ended=True)
    make.alert("kind:platform_block", address="b@example.org")
    values = {"kind": "platform_block", "occurred": "2026-11-24", "extent": "temporary"}
    event = reported(headline="Chad blocks Twitter for three days", **values)
    reindex([event.pk])
    event.refresh_from_db()
    assert event.ended == "2026-11-27"
    hits.record_hits([event.pk], NOW)
    counts = [days.record_ended(NOW + n * DAY) for n in range(12)]
    assert [n for n, count in enumerate(counts) if count] == [3]
    assert Hit.objects.get(reason="ended").event_id == event.pk


def lasting(**values):
    """A measure whose stated end passes in three days, and whose status is unknown since then."""
    given = {"kind": "platform_block", "occurred": "2026-11-24"} | values
    event = make.event("Chad blocks Twitter for three days", **given)
    ends = {"ended": "2026-11-27", "unknown_from": "2026-11-27", "indexed_at": timezone.now()}
    Event.objects.filter(pk=event.pk).update(**ends)
    return event


@pytest.mark.parametrize(
    ("query", "record"),
    [("in_force:ended", days.record_status), ("", days.record_ended)],
    ids=["status", "stated end"],
)
@pytest.mark.parametrize(
    ("asked", "n"), [({"publishers": 2}, 0), ({"without_sources": "news.example"}, 0), ({}, 1)]
)
def test_what_a_day_changes_waits_for_so_many_newsrooms(query, record, asked, n, monkeypatch):
    monkeypatch.setattr("tracker.database_time.estimate", lambda: NOW + 3 * DAY)
    make.alert(query, on_ended=True, **asked)
    Report.objects.create(event=lasting(), entry=make.entry(), added_at=NOW)
    assert record(NOW + 3 * DAY) == n


@pytest.mark.parametrize(
    ("query", "record"), [("in_force:ended", days.record_status), ("", days.record_ended)]
)
def test_e5_what_a_day_changes_of_a_flood_waits_for_an_owner(query, record, monkeypatch):
    monkeypatch.setattr("tracker.database_time.estimate", lambda: NOW + 3 * DAY)
    make.alert(query, on_ended=True)
    Report.objects.create(event=lasting(), entry=make.entry(is_held=True), added_at=NOW)
    record(NOW + 3 * DAY)
    assert Hit.objects.get().is_held


@pytest.mark.parametrize(("asked", "n"), [({"publishers": 2}, 0), ({}, 1)])
def test_silence_and_later_acts_wait_for_so_many_newsrooms(asked, n):
    act = reported(occurred="2026-11-20")
    make.alert("kind:ad_ban", silent_days=30, on_followed=True, **asked)
    assert Hit.objects.count() == 0
    days.record_silent(NOW + 30 * DAY)
    assert Hit.objects.filter(reason="silent").count() == n
    later = reported(headline="A later act", kind="legal_action")
    Link.objects.create(source=later, target=act, type="follows", state="confirmed")
    revise(later, NOW, "ed", "", [("link", None, ("follows", act.pk, "confirmed"))])
    hits.record_hits([later.pk], NOW)
    assert Hit.objects.filter(reason="followed").count() == n


def test_an_end_that_another_act_brought_is_not_told_as_a_stated_one():
    make.alert(on_ended=True)
    ban = reported(occurred="2026-11-20")
    link(make.event("Back", kind="reinstatement", occurred="2026-11-25"), ban)
    reindex([ban.pk])
    assert days.record_ended(NOW + 2 * DAY) == 0


def test_an_alert_on_what_is_not_in_force_any_more_notices_that_a_day_passes(monkeypatch):
    make.alert("in_force:unknown")
    event = reported(kind="platform_block", occurred="2026-11-24")
    Event.objects.filter(pk=event.pk).update(unknown_from="2026-11-26", indexed_at=timezone.now())
    monkeypatch.setattr("tracker.database_time.estimate", lambda: NOW)
    assert hits.record_hits([event.pk], NOW) == 0
    monkeypatch.setattr("tracker.database_time.estimate", lambda: NOW + 2 * DAY)
    assert days.record_status(NOW + DAY) == 0
    assert days.record_status(NOW + 2 * DAY) == 1
    assert days.record_status(NOW + 3 * DAY) == 0
