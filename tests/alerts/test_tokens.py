import random
import string
import time
import uuid

import pytest
from django.core.signing import Signer, TimestampSigner
from django.db import connection

from tests import make
from tests.conftest import NOW
from tracker.alerts import subscribing
from tracker.alerts.delivery.queueing import make_message_id
from tracker.alerts.models import Alert, Delivery, Subscriber
from tracker.alerts.tokens import (
    CONFIRM,
    FEED,
    MANAGE,
    MANAGED_FOR,
    PERIOD,
    STOP,
    STOP_ALL,
    sign_token,
    token_ids,
)

pytestmark = pytest.mark.django_db
OF_ALERTS, OF_READERS = [CONFIRM, STOP, FEED], [STOP_ALL, MANAGE]


def sent(alert, **values):
    times = {"since": NOW, "created_at": NOW, "next_try_at": NOW}
    return Delivery.objects.create(
        subscriber=alert.subscriber,
        type="digest",
        message_id=f"<{uuid.uuid4()}@x>",
        **times,
        **values,
    )


def every_token(alert):
    """A token of each purpose for an alert, its reader and a digest, by purpose."""
    delivery = sent(alert)
    rows = dict.fromkeys(OF_ALERTS, alert) | dict.fromkeys(OF_READERS, alert.subscriber)
    return {
        purpose: sign_token(purpose, row) for purpose, row in (rows | {PERIOD: delivery}).items()
    }


def former(purpose, *numbers):
    """A link as it was mailed before rows had keys."""
    signer = TimestampSigner(salt=purpose) if purpose == MANAGE else Signer(salt=purpose)
    return signer.sign("-".join(map(str, numbers))).replace(":", ".")


@pytest.mark.parametrize("purpose", [CONFIRM, STOP, MANAGE])
def test_m9_ten_thousand_forged_tokens_are_nobodys(purpose):
    chance = random.Random(9)
    alert = make.alert()
    good = sign_token(purpose, alert.subscriber if purpose == MANAGE else alert)
    letters = string.ascii_letters + string.digits + "-_."
    for _ in range(10_000):
        at = chance.randrange(len(good))
        forged = good[:at] + chance.choice(letters) + good[at + 1 :]
        if forged != good:
            assert token_ids(forged, purpose) == ()
        assert token_ids("".join(chance.choices(letters, k=chance.randrange(80))), purpose) == ()


@pytest.mark.parametrize(
    "text", ["", "1", "1.x", "x.y", "1:1", "1." + "a" * 43, "\x00", "9" * 5000]
)
def test_m9_odd_tokens_are_nobodys(text):
    assert token_ids(text, STOP) == ()


def test_m9_a_token_is_for_one_purpose_and_what_it_names():
    first, second = make.alert("kind:ad_ban"), make.alert("kind:fine")
    assert token_ids(sign_token(CONFIRM, first), CONFIRM) == (first.pk,)
    assert token_ids(sign_token(STOP, second.pk, first.pk), STOP) == (second.pk, first.pk)
    assert token_ids(sign_token(CONFIRM, first), STOP) == ()
    assert token_ids(sign_token(MANAGE, first.subscriber), STOP_ALL) == ()


def test_a_token_to_manage_ends_after_thirty_days(monkeypatch):
    reader = make.reader()
    made = sign_token(MANAGE, reader)
    assert token_ids(made, MANAGE) == (reader.pk,)
    later = time.time() + MANAGED_FOR.total_seconds() + 1
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert token_ids(made, MANAGE) == ()


def test_m9_a_link_never_opens_what_was_given_the_same_number_later():
    alert = make.alert(address="alice@example.org")
    mailed, reader, number = every_token(alert), alert.subscriber_id, alert.pk
    delivery = Delivery.objects.get().pk
    subscribing.erase_subscriber(reader)
    other = Subscriber.objects.create(pk=reader, address="bob@example.org", created_at=NOW)
    sent(make.alert(subscriber=other, pk=number), pk=delivery)
    assert {purpose: token_ids(text, purpose) for purpose, text in mailed.items()} == dict.fromkeys(
        mailed, ()
    )


def test_a_link_ends_when_the_row_has_another_address():
    alert = make.alert(address="alice@example.org")
    mailed = every_token(alert)
    Subscriber.objects.update(address="bob@example.org")
    assert [token_ids(text, purpose) for purpose, text in mailed.items()] == [()] * len(mailed)


def test_a_link_to_several_alerts_stops_those_that_are_left():
    first, second = make.alert("kind:ad_ban"), make.alert("kind:fine")
    mailed = sign_token(STOP, first, second)
    subscribing.delete_alert(first)
    assert token_ids(mailed, STOP) == (second.pk,)


def test_a_token_of_a_row_that_is_gone_names_nothing():
    assert token_ids(sign_token(MANAGE, 4711), MANAGE) == ()
    assert token_ids(sign_token(STOP), STOP) == ()


def test_a_link_from_before_there_were_keys_only_stops():
    alert = make.alert()
    Alert.objects.update(former_number=7)
    Subscriber.objects.update(former_number=8)
    assert token_ids(former(STOP, 7, 9), STOP) == (alert.pk,)
    assert token_ids(former(STOP_ALL, 8), STOP_ALL) == (alert.subscriber_id,)
    for purpose in (CONFIRM, FEED, MANAGE, PERIOD):
        for number in (7, 8, alert.pk, alert.subscriber_id):
            assert token_ids(former(purpose, number), purpose) == ()


def test_a_link_from_before_does_not_name_who_signed_up_since():
    alert = make.alert()
    assert token_ids(former(STOP, alert.pk), STOP) == ()


def test_the_page_of_a_link_from_before_does_not_say_what_is_followed(client):
    alert = make.alert(name="Secret subject")
    Alert.objects.update(former_number=7)
    path = f"/alerts/stop/{former(STOP, 7)}"
    assert "Secret subject" not in client.get(path).content.decode()
    assert client.post(path).status_code == 200
    alert.refresh_from_db()
    assert alert.state == "stopped"


def test_two_rows_that_the_database_gave_keys_have_different_ones():
    for n in range(2):
        with connection.cursor() as cursor:  # as a version of the code that knows of no keys
            cursor.execute(
                "INSERT INTO alerts_reader (address, language, created_at, wants_signs,"
                " suppressed_for) VALUES (%s, 'en', %s, %s, '')",
                [f"r{n}@example.org", NOW, True],
            )
    first, second = Subscriber.objects.all()
    assert first.key != second.key
    assert token_ids(sign_token(MANAGE, first), MANAGE) == (first.pk,)


def test_the_message_id_of_a_number_that_is_given_again_is_another():
    assert make_message_id("digest", uuid.uuid4(), 1) != make_message_id("digest", uuid.uuid4(), 1)


def test_what_a_reader_takes_away_holds_no_key():
    alert = make.alert()
    assert alert.key.hex not in str(subscribing.subscriber_data(alert.subscriber)).replace("-", "")
