"""What pages say of measures that nobody confirms any more."""

import pytest
from django.utils import timezone

from tests import make

pytestmark = pytest.mark.django_db


def test_pages_say_what_is_not_known(client):
    old = make.event("Twitter bars RT", occurred="2017-10-26")
    make.event("Twitter bars Sputnik", occurred=f"{timezone.now():%Y-%m-%d}")
    short = make.event("Twitter bars RT for a week", occurred="2017-10-26")
    page = client.get("/?in_force=yes&in_force=", follow=True).content.decode()
    assert "Twitter bars Sputnik" in page
    assert "It is not known of 1 more whether it is in force." in page
    assert 'href="?in_force=unknown"' in page
    assert "not known since 26 October 2018" in client.get(f"/events/{old.pk}").content.decode()
    assert ", as announced" in client.get(f"/events/{short.pk}").content.decode()
    answer = client.get("/api/v1/events?in_force=unknown").json()
    assert answer["in_force"] == {"yes": 1, "ended": 1, "unknown": 1}
    assert [event["unknown_from"] for event in answer["events"]] == ["2018-10-26"]
    french = client.get(f"/events/{old.pk}", headers={"accept-language": "fr"}).content.decode()
    assert "non connu depuis le 26 octobre 2018" in french
