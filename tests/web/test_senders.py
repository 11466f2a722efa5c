from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client, RequestFactory

from tests import make
from tracker.alerts.models import MailRequest
from tracker.alerts.subscribing import ASKED_AN_HOUR
from tracker.events.models import ReportVote, SubmittedLink, Suggestion
from tracker.events.review.suggestions import AT_MOST, AT_MOST_IN_ALL
from tracker.web import signing_in
from tracker.web.models import SignInAttempt
from tracker.web.senders import address_of, is_proxy_miscounted, network_of, origin_of

DAY = date(2026, 11, 28)


def request(peer="192.0.2.7", forwarded=None):
    headers = {"X-Forwarded-For": forwarded} if forwarded is not None else {}
    return RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers)


@pytest.mark.parametrize(
    ("peer", "sender", "network"),
    [
        ("192.0.2.7", "192.0.2.7", "192.0.2.0"),
        ("::ffff:192.0.2.7", "192.0.2.7", "192.0.2.0"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::", "2001:db8:1::"),
        ("192.0.2.7:4711", "192.0.2.7", "192.0.2.0"),
        ("[2001:db8:1:2:3::6]:4711", "2001:db8:1:2::", "2001:db8:1::"),
        ("", "", ""),
        ("not an address", "not an address", "not an address"),
    ],
)
def test_who_has_many_addresses_is_one_sender(peer, sender, network):
    assert (address_of(request(peer)), network_of(request(peer))) == (sender, network)


def test_an_origin_says_nothing_of_who_it_is_and_is_another_on_another_day():
    found = origin_of(request(), "alerts", DAY)
    assert "192.0.2" not in found.sender + found.network
    assert found == origin_of(request(), "alerts", DAY)
    assert found.sender != origin_of(request(), "alerts", date(2026, 11, 29)).sender
    assert found.sender != origin_of(request(), "suggestion", DAY).sender


@pytest.mark.parametrize(
    ("number", "forwarded", "sender"),
    [
        (0, "198.51.100.1", "10.0.0.1"),
        (1, "203.0.113.9, 198.51.100.1", "198.51.100.1"),
        (2, "203.0.113.9, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        (2, "198.51.100.1", "10.0.0.1"),
    ],
)
def test_what_proxies_of_ours_saw_is_believed_and_no_more(settings, number, forwarded, sender):
    settings.NINJA_NUM_PROXIES = number
    assert address_of(request("10.0.0.1", forwarded)) == sender


@pytest.mark.parametrize(
    ("number", "peer", "forwarded", "is_wrong"),
    [
        (0, "127.0.0.1", "198.51.100.1", True),
        (0, "10.1.2.3", "198.51.100.1", True),
        (0, "", "198.51.100.1", True),  # a socket file
        (0, "8.8.8.8", "198.51.100.1", False),  # a client's own word
        (0, "127.0.0.1", None, False),
        (1, "127.0.0.1", "198.51.100.1", False),
        (1, "127.0.0.1", "203.0.113.9, 198.51.100.1", False),
        (2, "127.0.0.1", "198.51.100.1", True),
    ],
)
def test_a_proxy_that_nobody_counts_is_noticed(settings, number, peer, forwarded, is_wrong):
    settings.NINJA_NUM_PROXIES = number
    assert is_proxy_miscounted(request(peer, forwarded)) is is_wrong


@pytest.mark.django_db
def test_a_proxy_that_nobody_counts_is_logged_once_and_shown_to_owners(client, caplog):
    client.force_login(User.objects.create_superuser("owner"))
    forwarded = {"X-Forwarded-For": "198.51.100.1"}
    pages = [client.get("/status", headers=forwarded).content.decode() for _ in range(2)]
    assert all("PROXIES is 0" in page for page in pages)
    assert sum(getattr(record, "proxies", None) == 0 for record in caplog.records) == 1
    assert "PROXIES is 0" not in client.get("/status").content.decode()


MANY = 22  # more than any network may send
SIGN_IN = tuple(limit.free for limit in (signing_in.SENDER, *signing_in.NETWORKS))
# What anybody may send: number n of it, what is counted, and what each ring of networks may send.
KINDS: dict[str, tuple[str, dict[str, str], Any, tuple[int, ...]]] = {
    "sign-up": ("/alerts/new", {"address": "r{n}@a.example"}, MailRequest, ASKED_AN_HOUR),
    "link to alerts": ("/alerts/ask", {"address": "r{n}@a.example"}, MailRequest, ASKED_AN_HOUR),
    "collection": ("/collections", {"address": "r{n}@a.example"}, MailRequest, ASKED_AN_HOUR),
    "suggestion": ("/events/{event}/suggest", {"text": "x{n}"}, Suggestion, AT_MOST),
    "article": ("/submit", {"url": "https://a.example/{n}"}, SubmittedLink, AT_MOST),
    "vote": ("/events/{event}/reports/{report}/vote", {}, ReportVote, AT_MOST),
    "sign-in": ("/login", {"username": "u{n}"}, SignInAttempt, SIGN_IN),
    "password": ("/password", {"address": "r{n}@a.example"}, SignInAttempt, SIGN_IN),
}
ALWAYS = {"rate": "daily", "zone": "UTC", "field": "other", "password": "x"}
# Senders of which one has many, and how many rings around them they share.
SPREADS = {
    "a /64": ("2001:db8::{n:x}", 0),
    "a /56": ("2001:db8:0:{n:x}::1", 1),
    "a /48": ("2001:db8:0:{n:x}00::1", 2),
    "one address of IPv4": ("192.0.2.1", 0),
    "a /24": ("192.0.2.{n}", 2),
    "a /24, as IPv6 writes it": ("::ffff:192.0.2.{n}", 2),
}
CASES = [(kind, spread) for kind in KINDS for spread in list(SPREADS)[:3]] + [
    ("sign-up", spread) for spread in list(SPREADS)[3:]
]


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "spread"), CASES, ids=map(" from ".join, CASES))
def test_w2_whoever_has_many_addresses_is_one_sender_or_one_network(kind, spread):
    address, form, counted, allowed = KINDS[kind]
    sender, ring = SPREADS[spread]
    event, client = make.event(), Client()
    voted = "{report}" in address
    reports = make.reports(event, [make.entry(f"Title {n}") for n in range(MANY)]) if voted else ()

    def send(n, sender):
        values = {name: value.format(n=n) for name, value in form.items()}
        path = address.format(event=event.pk, report=reports[n].pk if voted else 0)
        return client.post(path, ALWAYS | values, REMOTE_ADDR=sender)

    answers = [send(n, sender.format(n=n)) for n in range(MANY)]
    assert counted.objects.count() == allowed[ring]
    assert answers[-1].status_code == 429
    assert int(answers[-1]["Retry-After"]) > 0
    assert send(0, "2001:db9::1").status_code < 400


@pytest.mark.django_db
def test_whoever_has_a_48_leaves_suggestions_to_the_others():
    event = make.event()
    form = {"field": "other", "text": "x"}
    for n in range(0, 0x10000, 0x10000 // AT_MOST_IN_ALL):
        Client().post(f"/events/{event.pk}/suggest", form, REMOTE_ADDR=f"2001:db8:0:{n:x}::1")
    assert Suggestion.objects.count() == AT_MOST[-1]
    answer = Client().post(f"/events/{event.pk}/suggest", form, REMOTE_ADDR="2001:db8:1::1")
    assert answer.status_code == 302
