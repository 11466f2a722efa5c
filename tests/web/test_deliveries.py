import re

import pytest
from django.contrib.auth.models import User

from tests import make
from tests.conftest import NOW
from tracker.alerts import hits
from tracker.alerts.delivery import sending
from tracker.alerts.models import Hit

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    client.force_login(User.objects.create_user("ed", is_staff=True))
    return client


def flood():
    make.alert()
    event = make.event()
    make.report(event, make.entry(is_held=True))
    hits.record_hits([event.pk], NOW)


@pytest.mark.parametrize("path", ["/deliveries", "/deliveries/preview"])
def test_only_editors_see_how_the_mails_stand(client, path):
    assert client.get(path).headers["Location"].startswith("/login")


def test_the_page_counts_what_waits_and_what_was_sent(editor):
    make.alert()
    event = make.event()
    make.report(event)
    hits.record_hits([event.pk], NOW)
    assert "frame-src 'self'" in editor.get("/deliveries")["Content-Security-Policy"]
    assert "1 with 1 active alert" in " ".join(editor.get("/deliveries").content.decode().split())
    sending.send_due_mails(NOW)
    text = editor.get("/deliveries").content.decode()
    assert re.search(r'<td class="num"\s+data-label="Sent">1</td>', text)


@pytest.mark.parametrize(("act", "left"), [("release", 1), ("drop", 0)])
def test_e5_an_owner_says_what_becomes_of_a_flood(editor, act, left):
    flood()
    assert "Held back" in editor.get("/deliveries").content.decode()
    feed = hits.held_feeds()[0][0]
    editor.post("/deliveries", {"act": act, "feed": feed.pk})
    assert Hit.objects.filter(is_held=False).count() == left
    assert "Held back" not in editor.get("/deliveries").content.decode()


def test_a_digest_can_be_looked_at_before_anybody_gets_it(editor):
    make.report(make.event())
    answer = editor.get("/deliveries/preview?kind=ad_ban")
    assert "Twitter bars RT from advertising" in answer.content.decode()
    assert "script-src" not in answer["Content-Security-Policy"].replace("script-src 'self'", "")
    plain = editor.get("/deliveries/preview?form=txt")
    assert plain["Content-Type"].startswith("text/plain")
    assert editor.get("/deliveries/preview?kind=odd").status_code == 400
    assert editor.get("/deliveries/preview?kind=reinstatement").status_code == 200
