from datetime import date

import pytest
from django.contrib.auth.models import User
from django.test import RequestFactory

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
