"""A page that everybody sees alike is made once, and sent once to whoever has it."""

import pytest

from tests import make
from tracker.events.search import find
from tracker.events.search.query import Query

pytestmark = pytest.mark.django_db


def test_a_reader_who_has_the_page_gets_304_until_an_event_changes(client):
    make.event("first act")
    first = client.get("/")
    again = client.get("/", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    make.event("second act")
    later = client.get("/", headers={"If-None-Match": first["ETag"]})
    assert later.status_code == 200
    assert "second act" in later.content.decode()


def test_the_page_of_one_query_is_not_that_of_another(client):
    make.event("a ban")
    assert "a ban" in client.get("/").content.decode()
    assert "a ban" not in client.get("/?kind=reinstatement").content.decode()


def test_made_once_it_costs_one_query(client, django_assert_num_queries):
    make.event()
    find.count_events(Query())  # the index is read whole
    client.get("/")
    with django_assert_num_queries(1):
        client.get("/")


def test_who_is_signed_in_sees_their_own_page_and_leaves_it_to_nobody(client, admin_client):
    make.event()
    assert "Signed in as" in admin_client.get("/").content.decode()
    assert "Signed in as" not in client.get("/").content.decode()
    assert "ETag" not in admin_client.get("/")


def test_what_is_told_is_told_once(client):
    event = make.event()
    client.post(f"/events/{event.pk}/suggest", {"field": "occurred", "text": "It was the 25th"})
    assert "Thank you" in client.get("/").content.decode()
    assert "Thank you" not in client.get("/").content.decode()
