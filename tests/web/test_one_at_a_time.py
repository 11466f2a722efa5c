"""Who counts before they insert does so one after the other."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection

from tests import make
from tests.conftest import NOW
from tracker.alerts import subscribing
from tracker.alerts.models import Delivery, MailRequest
from tracker.alerts.subscribing import AlertSettings
from tracker.events.models import ReportDispute, Suggestion
from tracker.events.review.suggestions import AT_MOST, TooManySuggestionsError, add_suggestion
from tracker.events.review.votes import NEEDED, VoteError, Voter, vote_out
from tracker.events.search.language.parsing import parse
from tracker.web.signing_in import PAIR, Try, take_turn

MANY = 30


@pytest.fixture(autouse=True)
def _has_row_locks(transactional_db):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite locks the whole file")


def at_once(work):
    """What MANY threads did that begin together, each with its number."""
    start = threading.Barrier(MANY)

    def run(number):
        start.wait()
        try:
            return work(number)
        except (subscribing.TooManyRequestsError, TooManySuggestionsError):
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(MANY) as threads:
        return list(threads.map(run, range(MANY)))


def ask(address, origin, text="rt"):
    subscribing.subscribe(
        address=address, query=parse(text), chosen=AlertSettings("daily"), origin=origin, now=NOW
    )


def test_w2_thirty_sign_ups_at_once_are_ten_and_three_mails():
    at_once(lambda number: ask("victim@example.org", "one sender", f"rt {number}"))
    assert MailRequest.objects.count() == subscribing.ASKED_AN_HOUR[0]
    assert Delivery.objects.count() == subscribing.MAILS_A_DAY


def test_w2_thirty_senders_at_once_send_three_mails_to_one_mailbox():
    at_once(lambda number: ask(f"victim+{number}@example.org", f"sender {number:02}"))
    assert Delivery.objects.count() == subscribing.MAILS_A_DAY


def test_thirty_guesses_at_once_are_five():
    one = Try("name", "sender", "network")
    waits = at_once(lambda number: take_turn(one, NOW))
    assert waits.count(timedelta()) == PAIR.free


def test_thirty_suggestions_at_once_are_five():
    event = make.event()
    at_once(
        lambda number: add_suggestion(
            event, field="other", text=f"x{number}", url="", origin="here", now=NOW
        )
    )
    assert Suggestion.objects.count() == AT_MOST[0]


def test_thirty_votes_at_once_take_an_article_out_once_and_ask_once():
    event = make.event()
    for number in range(2):
        make.report(event, make.entry(f"Title {number}"))
    report = event.reports.latest("pk")

    def vote(number):
        voter = Voter(f"voter {number}", f"4 network {number}", f"origin {number:02}")
        with suppress(VoteError):
            vote_out(report, voter, NOW)

    at_once(vote)
    dispute = ReportDispute.objects.get()
    assert dispute.change is not None
    assert dispute.votes.count() == NEEDED
    assert event.reports.count() == 1
