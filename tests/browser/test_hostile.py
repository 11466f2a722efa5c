"""X1 to X4: hostile markup comes in by a feed and goes out by every page and mail; a real browser
neither runs nor loads any of it.
"""

from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from tests import make
from tests.conftest import Answer
from tests.hostile import VECTORS
from tracker.alerts import hits
from tracker.alerts.delivery import queueing, sending
from tracker.events.intake.processing import process_entry
from tracker.events.models import Entity, Event, Report
from tracker.feeds.models import Entry, Feed
from tracker.feeds.polling.claims import claim_due
from tracker.feeds.polling.polls import poll

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# What no page of ours has, whatever a publisher sends.
FOREIGN = """isMail => {
    const all = [...document.querySelectorAll('*')];
    const own = url => !url || new URL(url, location).origin === location.origin;
    return [
        document.pwned ? 'a script ran' : '',
        ...all.filter(e => [...e.attributes].some(a => /^on/i.test(a.name))).map(e => e.outerHTML),
        ...document.querySelectorAll(
            'img, image, iframe, object, embed, base[href], video, audio, marquee, math, dialog,'
            + ' template, noscript, xmp, script:not([src], [type="application/ld+json"])'),
        ...isMail ? [] : document.querySelectorAll('[style], style, meta[http-equiv]'),
        ...[...document.querySelectorAll('[href], [src], [action], [formaction]')].filter(e =>
            /^\\s*(javascript|data|vbscript):/i.test(
                e.getAttribute('href') || e.getAttribute('src') || '')
            || !own(e.getAttribute('src')) || !own(e.getAttribute('action'))
            || !own(e.getAttribute('formaction'))).map(e => e.outerHTML),
    ].filter(Boolean).map(e => e.outerHTML || e);
}"""


@pytest.fixture
def record(server, local):
    """An event and more for each vector, by a poll of one feed."""
    items = (
        {
            "title": f"Twitter bans ads from RT and Sputnik {vector}",
            "description": f"It did so on 26 October. {vector}",
            "content": f"<p>Twitter bans ads from RT.</p>{vector}",
            "guid": f"{number}{vector}",
            "link": f"https://news.example/{number}?{vector}",
            "published": timezone.now(),
        }
        for number, vector in enumerate(VECTORS)
    )
    server.pages["/rss"] = Answer(make.rss(*items))
    feed = make.feed(f"{server.url}/rss")
    (polled,) = poll(claim_due(timezone.now()))
    assert polled.new == len(VECTORS)
    for entry in Entry.objects.all():
        process_entry(entry, timezone.now())
    return feed


@pytest.fixture
def addresses(record, live_server):
    """Every page that shows what came in."""
    assert Report.objects.count() >= len(VECTORS) // 2  # some look like no event
    Feed.objects.update(title=VECTORS[0], error=VECTORS[4], state="failing")
    record.source.name = VECTORS[-3]
    record.source.save()
    for number, vector in enumerate(VECTORS):  # by hand or from a file
        make.event(vector, targets=[vector], occurred=f"2016-{number % 12 + 1:02}")
    events = Event.objects.all()
    paths = [
        *("/", "/?sort=recorded", "/?chart=country", "/embed", "/sources", f"/sources/{record.pk}"),
        *("/data", "/review", "/deliveries/preview"),
        *(f"/?{urlencode({'q': vector})}" for vector in VECTORS),
        *(f"/events/{event.pk}" for event in events),
        *(f"/entities/{one.pk}" for one in Entity.objects.filter(type="target")),
    ]
    return [live_server.url + path for path in paths]


def test_x1_x4_no_page_runs_or_loads_what_a_feed_says(addresses, chromium, client):
    client.force_login(User.objects.create_superuser("ed"))
    context = chromium.new_context()
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    context.add_cookies([session | {"url": addresses[0]}])
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    page.on("request", lambda request: complaints.append(request.url))
    for address in addresses:
        answer = page.goto(address)
        assert answer
        assert answer.status in {200, 400}, address  # 400: not a query
        found = page.evaluate(FOREIGN, address.endswith("/preview"))
        assert found == [], address
    context.close()
    expected = (addresses[0], "Failed to load resource")  # of our own; a favicon, a bad query
    assert [text for text in complaints if not text.startswith(expected)] == []


def test_x3_no_mail_runs_or_loads_what_a_feed_says(addresses, chromium):
    make.alert("", name=VECTORS[0], note=VECTORS[1])
    hits.record_hits(Event.objects.values_list("pk", flat=True), timezone.now())
    queueing.queue_digests(timezone.now())
    sending.send_due_mails(timezone.now())
    (message,) = mail.outbox
    page = chromium.new_page()
    complaints: list[str] = []
    page.on("request", lambda request: complaints.append(request.url))
    assert isinstance(message, EmailMultiAlternatives)
    page.set_content(str(message.alternatives[0][0]))
    assert page.evaluate(FOREIGN, True) == []
    page.close()
    assert complaints == []
