"""Readers vote an article out of an event; an editor does so alone, and has the last word."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests import make
from tests.conftest import NOW
from tracker.events.editing.actions import (
    Editor,
    add_entry,
    merge_events,
    split_event,
    undo_change,
)
from tracker.events.models import Change, Correction, Event, Report, ReportDispute, ReportVote
from tracker.events.review.suggestions import AT_MOST, TooManySuggestionsError
from tracker.events.review.votes import (
    VoteError,
    Voter,
    answer_dispute,
    count_votes,
    vote_out,
)
from tracker.events.search.load import load_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    """An event with two articles, of which the second is about something else."""
    event = make.event("Twitter bars RT")
    make.report(event, make.entry("Twitter bars RT from ads"))
    make.report(event, make.entry("A fair in Minsk opens"))
    return event


@pytest.fixture
def stray(event):
    return event.reports.order_by("pk")[1]


def voters(report, count, first=0, minutes=0):
    """Let so many readers of different networks vote; return what the last vote did."""
    dispute = None
    for number in range(first, first + count):
        voter = Voter(f"voter {number}", f"network {number}", f"origin {number}")
        dispute = vote_out(report, voter, NOW + timedelta(minutes=minutes))
    return dispute


def by_editor(minutes):
    return Editor("ann", NOW + timedelta(minutes=minutes))


def titles(event):
    (row,) = load_rows([Event.objects.get(pk=event.pk)])
    return [report.title for report in row.reports]


def test_three_votes_take_an_article_out_and_an_editor_is_asked(event, stray):
    assert voters(stray, 2) is None
    assert len(titles(event)) == 2
    dispute = voters(stray, 1, first=2)
    assert titles(event) == ["Twitter bars RT from ads"]
    # It became an event of its own, which nobody is shown before an editor says so.
    other = Event.objects.get(split_from=event)
    assert (other.state, titles(other)) == ("unsure", ["A fair in Minsk opens"])
    revision = event.revisions.filter(field="report").last()
    assert (revision.by, revision.reasons) == ("readers’ votes", [["voted_out", [3]]])
    assert (dispute.event_id, dispute.votes.count()) == (event.pk, 3)
    # The classifier learns from editors alone.
    assert not Correction.objects.exists()


def test_the_page_says_that_readers_say_so_until_an_editor_decides(client, event, stray):
    dispute = voters(stray, 3)
    page = client.get(f"/events/{event.pk}").content.decode()
    assert "Readers say that some reports of this event are about a different act" in page
    assert "turned out" not in page
    answer_dispute(dispute.pk, "left_out", by_editor(5))
    page = client.get(f"/events/{event.pk}").content.decode()
    assert "Readers say" not in page
    assert "turned out to be about a different act" in page


def test_an_article_of_two_events_is_only_withdrawn(event, stray):
    other = make.event("Belarus", kind="platform_block")
    add_entry(other.pk, stray.entry_id, "report", by_editor(1))
    voters(stray, 3, minutes=2)
    assert titles(event) == ["Twitter bars RT from ads"]
    assert titles(other) == ["A fair in Minsk opens"]
    assert Report.stored.get(pk=stray.pk).withdrawn_at is not None
    assert not Event.objects.filter(split_from=event).exists()


def test_an_editor_keeps_it_and_the_same_votes_do_not_count_again(event, stray):
    dispute = voters(stray, 3)
    answer_dispute(dispute.pk, "returned", by_editor(5))
    assert len(titles(event)) == 2
    stray.refresh_from_db()
    assert voters(stray, 2, first=10, minutes=6) is None
    with pytest.raises(VoteError, match="already voted"):
        voters(stray, 1, first=0, minutes=6)
    assert len(titles(event)) == 2
    with pytest.raises(VoteError, match="already been answered"):
        answer_dispute(dispute.pk, "left_out", by_editor(7))


def test_a_change_undone_elsewhere_can_still_be_answered(event, stray):
    dispute = voters(stray, 3)
    undo_change(dispute.change_id, by_editor(4))
    answer_dispute(dispute.pk, "returned", by_editor(5))
    assert len(titles(event)) == 2
    assert Change.objects.filter(verb="undo").count() == 1


def test_the_last_article_of_an_event_is_never_voted_out():
    event = make.event()
    report = make.report(event)
    dispute = voters(report, 3)
    assert len(titles(event)) == 1
    assert (dispute.change, dispute.state) == (None, "open")
    # More votes open no second question.
    assert voters(report, 3, first=3).pk == dispute.pk
    assert ReportDispute.objects.count() == 1
    assert event.reports.count() == 1


def test_one_network_is_one_vote_and_one_reader_votes_once(event, stray):
    for number in range(5):
        vote_out(stray, Voter(f"v{number}", "one network", f"o{number}"), NOW)
    assert len(titles(event)) == 2
    with pytest.raises(VoteError):
        vote_out(stray, Voter("v1", "another", "o9"), NOW)


HOME, PHONE = ("192.0.2.7", "2001:db8:1::7"), ("198.51.100.7", "2001:db9:1::7")
TUNNELS = tuple(f"2001:470:{number}::1" for number in range(5))  # of one provider


@pytest.mark.parametrize("addresses", [HOME + PHONE, TUNNELS, HOME[:1] * 5], ids=str)
def test_one_person_has_no_three_votes(event, stray, addresses):
    for address in addresses:
        for cookies in ({}, {"sessionid": "another"}):
            reader = Client(REMOTE_ADDR=address, headers={"X-Forwarded-For": "203.0.113.9"})
            reader.cookies.load(cookies)
            reader.post(f"/events/{event.pk}/reports/{stray.pk}/vote")
    assert len(titles(event)) == 2
    assert not ReportDispute.objects.exists()


def test_votes_end_when_the_article_moves(event, stray):
    assert voters(stray, 2) is None
    other = make.event("A fair in Minsk", kind="platform_block")
    make.report(other, make.entry("Traders at the fair in Minsk"))
    _change, split = split_event(event.pk, [stray.pk], by_editor(1))
    merge_events(split.pk, other.pk, by_editor(2))
    stray.refresh_from_db()
    assert stray.event_id == other.pk
    assert count_votes(stray) == 0
    assert voters(stray, 2, first=2, minutes=3) is None
    assert len(titles(other)) == 2


def test_votes_end_when_a_change_is_undone(event, stray):
    change, _split = split_event(event.pk, [stray.pk], by_editor(1))
    stray.refresh_from_db()
    assert voters(stray, 2, minutes=2) is None
    undo_change(change.pk, by_editor(3))
    stray.refresh_from_db()
    assert stray.event_id == event.pk
    assert voters(stray, 1, first=2, minutes=4) is None
    assert len(titles(event)) == 2


def test_a_vote_for_where_the_article_was_does_not_count_where_it_is(event, stray):
    split_event(event.pk, [stray.pk], by_editor(1))  # while a reader looked at the page
    with pytest.raises(VoteError, match="no longer in the event"):
        voters(stray, 1, minutes=2)
    assert not ReportVote.objects.exists()


def test_readers_cannot_empty_an_event():
    event = make.event("Twitter bars RT")
    reports = [make.report(event, make.entry(f"Title {number}")) for number in range(6)]
    for number, report in enumerate(reports):
        voters(report, 3, first=3 * number, minutes=number)
    assert event.reports.count() == 3
    # Editors are asked about each, whether it was taken out or not.
    disputes = ReportDispute.objects.filter(event=event, state="open")
    assert disputes.count() == len(reports)
    assert disputes.filter(change=None).count() == 3
    answer_dispute(disputes.earliest("pk").pk, "left_out", by_editor(60))
    assert event.reports.count() == 3


def test_what_an_editor_put_back_readers_cannot_take_out_again(event, stray):
    answer_dispute(voters(stray, 3).pk, "returned", by_editor(5))
    stray.refresh_from_db()
    dispute = voters(stray, 3, first=10, minutes=6)
    assert len(titles(event)) == 2
    assert (dispute.state, dispute.change) == ("open", None)


def test_votes_are_limited_as_links_from_readers_are(event):
    reports = [make.report(event, make.entry(f"Title {n}")) for n in range(AT_MOST[0] + 1)]
    for number, report in enumerate(reports[: AT_MOST[0]]):
        vote_out(report, Voter(f"v{number}", "n", "one sender"), NOW)
    with pytest.raises(TooManySuggestionsError):
        vote_out(reports[-1], Voter("v", "n", "one sender"), NOW)


def test_a_reader_votes_on_a_page_of_its_own(event, stray):
    address = f"/events/{event.pk}/reports/{stray.pk}/vote"
    page = Client().get(f"/events/{event.pk}").content.decode()
    assert f'href="{address}"' in page
    assert "A fair in Minsk opens" in Client().get(address).content.decode()
    assert not ReportVote.objects.exists()
    for last in (1, 1, 2):
        answer = Client(REMOTE_ADDR=f"198.{last}.7.7").post(address, follow=True)
        assert answer.status_code == 200
    assert ReportVote.objects.count() == 2
    assert not ReportVote.objects.filter(voter__contains="198").exists()
    answer = Client(REMOTE_ADDR="198.3.7.7").post(address, follow=True)
    assert "The article was taken out" in answer.content.decode()
    assert Client(REMOTE_ADDR="198.4.7.7").post(address).status_code == 404


def test_an_editor_s_vote_takes_it_out_at_once(client, event, stray):
    client.force_login(User.objects.create_user("ed", is_staff=True))
    client.post(f"/events/{event.pk}/reports/{stray.pk}/vote")
    assert titles(event) == ["Twitter bars RT from ads"]
    assert Event.objects.get(split_from=event).state == "machine"
    assert not ReportVote.objects.exists()


def test_the_desk_lists_it_and_puts_it_back(client, event, stray):
    dispute = voters(stray, 3)
    client.force_login(User.objects.create_user("ed", is_staff=True))
    page = client.get("/review?lane=voted").content.decode()
    assert "3 readers say that this article does not belong here" in page
    assert "A fair in Minsk opens" in page
    client.post(f"/disputes/{dispute.pk}", {"state": "returned"})
    assert len(titles(event)) == 2
    assert "does not belong here (" not in client.get("/review?lane=voted").content.decode()


def test_an_unknown_answer_is_refused(client, event, stray):
    dispute = voters(stray, 3)
    client.force_login(User.objects.create_user("ed", is_staff=True))
    client.post(f"/disputes/{dispute.pk}", {"state": "x"})
    assert ReportDispute.objects.get().state == "open"


def test_each_pair_of_reports_says_what_both_have_in_common(client):
    event = make.processed("Twitter bans ads from RT and Sputnik")
    assert make.processed("No more advertising by RT on Twitter: company bars outlet") == event
    page = client.get(f"/events/{event}/together").content.decode()
    assert "same kind: " in page
    assert "company bars outlet" in page
    assert f'href="/events/{event}/together"' in client.get(f"/events/{event}").content.decode()
