"""How often each token was used: counted, told to whom it belongs and to owners, pruned."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client

from tests import make
from tracker import database_time
from tracker.operations.editor_tokens import create_token, revoke_token
from tracker.operations.models import ApiToken
from tracker.web.models import TokenUse

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_rate():
    cache.clear()


@pytest.fixture
def anna():
    return User.objects.create_user("anna", is_staff=True)


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def today():
    return database_time.now().date()


def test_every_request_with_a_token_counts_for_its_day(client, anna):
    event, token = make.event(), create_token(anna, name="sync")
    client.get("/api/v1/events", headers=bearer(token))
    client.get(f"/api/v1/events/{event.pk}")
    body = {"reason": "right"}
    address = f"/api/v1/events/{event.pk}/accept"
    client.post(address, body, "application/json", headers=bearer(token))
    assert TokenUse.objects.values_list("day", "requests").get() == (today(), 2)
    told = client.get("/api/v1/usage", headers=bearer(token)).json()
    assert told["days"] == [{"day": f"{today()}", "requests": 3}]
    assert (told["name"], told["recent"], told["total"]) == ("sync", 3, 3)


def test_a_forged_or_revoked_token_reads_as_nobody_and_counts_nothing(client, anna):
    token = create_token(anna)
    revoke_token(ApiToken.objects.get().pk)
    for header in (token, "made-up", ""):
        assert client.get("/api/v1/events", headers=bearer(header)).status_code == 200
        assert client.get("/api/v1/usage", headers=bearer(header)).status_code == 401
    assert not TokenUse.objects.exists()


def test_a_request_with_a_token_writes_once(client, anna, django_assert_max_num_queries):
    token = create_token(anna)
    client.get("/api/v1/kinds", headers=bearer(token))
    client.get("/api/v1/kinds", headers=bearer(token))
    with django_assert_max_num_queries(10) as asked:
        client.get("/api/v1/kinds", headers=bearer(token))
    writes = [q["sql"] for q in asked.captured_queries if not q["sql"].startswith("SELECT")]
    assert len(writes) == 1


def test_another_token_of_the_same_editor_counts_for_itself(client, anna):
    one, other = create_token(anna, name="one"), create_token(anna, name="other")
    client.get("/api/v1/kinds", headers=bearer(one))
    assert client.get("/api/v1/usage", headers=bearer(other)).json()["total"] == 1


def test_days_beyond_the_last_thirty_are_in_the_total_alone(client, anna):
    token = create_token(anna)
    row = ApiToken.objects.get()
    for ago, count in ((29, 5), (30, 7)):
        TokenUse.objects.create(token=row, day=today() - timedelta(days=ago), requests=count)
    told = client.get("/api/v1/usage", headers=bearer(token)).json()
    assert (told["recent"], told["total"]) == (6, 13)


def test_counts_older_than_the_setting_go_and_zero_keeps_all(client, anna, settings):
    token = create_token(anna)
    row = ApiToken.objects.get()
    old = today() - timedelta(days=11)
    TokenUse.objects.create(token=row, day=old, requests=5)
    settings.KEEP_USAGE = 0
    client.get("/api/v1/kinds", headers=bearer(token))
    assert TokenUse.objects.filter(day=old).exists()
    TokenUse.objects.filter(day=today()).delete()
    settings.KEEP_USAGE = 10
    client.get("/api/v1/kinds", headers=bearer(token))
    assert TokenUse.objects.values_list("day", flat=True).get() == today()


def test_editors_see_their_own_tokens_and_owners_all(client, anna):
    token = create_token(anna, name="nightly sync")
    client.get("/api/v1/kinds", headers=bearer(token))
    own, other, owner = Client(), Client(), Client()
    own.force_login(anna)
    other.force_login(User.objects.create_user("ben", is_staff=True))
    owner.force_login(User.objects.create_superuser("olga"))
    assert "nightly sync" in own.get("/account").content.decode()
    assert "nightly sync" not in other.get("/account").content.decode()
    page = owner.get("/people").content.decode()
    assert "nightly sync" in page
    assert "anna" in page


def test_answers_say_how_many_requests_are_left(client, anna):
    first = client.get("/api/v1/kinds")
    assert first["RateLimit-Policy"] == '"requests";q=120;w=60'
    assert first["RateLimit"].startswith('"requests";r=119;t=')
    assert client.get("/api/v1/kinds")["RateLimit"].startswith('"requests";r=118;t=')
    # Whoever writes is counted by their name, not by their address.
    told = client.get("/api/v1/usage", headers=bearer(create_token(anna)))
    assert told["RateLimit"].startswith('"requests";r=119;t=')
