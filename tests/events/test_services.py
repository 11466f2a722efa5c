from datetime import timedelta

import pytest

from tests import make
from tests.conftest import NOW
from tracker.events import services
from tracker.events.models import Classification, Event, Report
from tracker.events.reindex import reindex
from tracker.feeds.models import Entry

pytestmark = pytest.mark.django_db


def test_a_first_report_opens_an_event_whose_headline_the_program_writes():
    event = Event.objects.get(pk=make.processed("Twitter bans ads from RT and Sputnik"))
    assert event.headline == "Twitter bars RT, Sputnik from advertising"
    assert (event.kind, event.state, event.occurred_source) == ("ad_ban", "machine", "published")
    assert event.reports.get().role == "report"
    assert event.revisions.filter(field="event", by="program").exists()


def test_reports_in_other_languages_join_it_with_a_reason():
    first = make.processed("Twitter bans ads from RT and Sputnik")
    second = make.processed("Twitter запретил рекламу RT и Sputnik", language="ru")
    third = make.processed(
        "Moskau kritisiert Twitter: Werbeverbot für RT und Sputnik sei ein Präzedenzfall",
        language="de",
    )
    assert {first, second, third} == {first}
    roles = list(Report.objects.order_by("pk").values_list("role", flat=True))
    assert roles == ["report", "report", "reaction"]
    assert "same platform twitter" in Report.objects.order_by("pk")[1].reasons


def test_an_entry_on_no_act_is_classified_and_opens_nothing():
    assert make.processed("Heavy rain expected on Thursday") is None
    assert Classification.objects.get().kinds == []
    assert not Event.objects.exists()


def test_the_crawl_day_is_never_the_day_of_the_act():
    event = Event.objects.get(pk=make.processed(published_at=None))
    assert (event.occurred, event.precision) == ("", "unknown")
    assert event.recorded_at == NOW


def test_a_day_told_later_replaces_the_day_of_publication_with_a_revision():
    pk = make.processed("Twitter bans ads from RT and Sputnik")
    make.processed("Twitter bans ads from RT and Sputnik", summary="It did so on 26 October.")
    event = Event.objects.get(pk=pk)
    assert (event.occurred, event.occurred_source) == ("2017-10-26", "text")
    change = event.revisions.get(field="occurred")
    assert (change.before, change.after) == ("2017-10-27", "2017-10-26")


def test_an_edited_entry_is_classified_anew_and_keeps_its_report():
    pk = make.processed()
    Entry.objects.update(title="Weather", content_hash="new", process_at=NOW)
    services.process_entries(NOW)
    assert Classification.objects.get().kinds == []
    assert Report.objects.get().event_id == pk


def test_a_second_worker_gets_nothing():
    make.entry()
    assert len(services.claim_entries(NOW)) == 1
    assert services.claim_entries(NOW) == []
    assert len(services.claim_entries(NOW + services.LEASE + timedelta(seconds=1))) == 1


def test_an_entry_that_changed_after_the_claim_is_left_for_the_next_round():
    make.entry()
    (claimed,) = services.claim_entries(NOW)
    Entry.objects.update(content_hash="new", claim=None, process_at=NOW)
    assert services.process(claimed, NOW) is None
    assert Entry.objects.get().process_at is not None


def test_processing_twice_makes_nothing_twice():
    make.entry()
    services.process_entries(NOW)
    services.process_entries(NOW)
    assert (Event.objects.count(), Report.objects.count()) == (1, 1)


def test_what_review_would_change_grows_with_publishers_not_with_reports():
    title = "Twitter suspends accounts over a post"
    event = Event.objects.get(pk=make.processed(title))
    first = event.weight
    assert (event.lane, first > 0) == ("target", True)
    make.processed(title)
    event.refresh_from_db()
    assert event.weight == first
    other = make.feed("https://other.example/rss", host="other.example")
    make.processed(title, feed=other)
    event.refresh_from_db()
    assert event.weight == pytest.approx(2 * first, abs=0.002)
    assert event.reports.count() == 3
    before = (event.title_words, event.summary_words, event.lane, event.weight)
    reindex([event.pk])
    event.refresh_from_db()
    assert (event.title_words, event.summary_words, event.lane, event.weight) == before
