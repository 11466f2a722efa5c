"""What leaves answers in its own format whatever lies in the database; what comes in by mail, hooks
and tables is stored clean.
"""

import csv
import io
import json
from typing import Any

import pytest
from django.core.management import call_command
from docx import Document
from icalendar import Calendar
from lxml import etree

from tests import make
from tests.conftest import NOW
from tests.intake import LONG, MIXED, ODD, assert_clean
from tracker.alerts.collecting import collections
from tracker.alerts.collecting.models import Collection
from tracker.alerts.delivery.bounces import BounceReport, parse_bounce, record_bounce, record_report
from tracker.alerts.delivery.smtp import DeliveryError
from tracker.alerts.delivery.webhooks import HookOutcome, build_body
from tracker.alerts.models import Bounce, Delivery
from tracker.alerts.tokens import READ, sign_token
from tracker.events.intake import history_csv
from tracker.events.intake.history_import import import_history
from tracker.events.models import Entity, Event
from tracker.events.publish import citations
from tracker.events.search.load import load_rows

pytestmark = pytest.mark.django_db
# What an older version stored; not NUL, which PostgreSQL never did.
STORED = "=1;+2\x01\x0b\x1b[31m\r\nBcc: x\u061c\U000e0041\x9b} {x"
WORST = {"all odd characters": MIXED} | LONG


@pytest.fixture
def poisoned(client):
    """A client of a site whose rows are as an older version left them."""
    event = make.event(STORED)
    Entity.objects.update(name=STORED[:200])
    feed = make.feed(title=STORED, group=STORED)
    feed.source.name = STORED
    feed.source.save()
    make.report(event, make.entry(STORED, feed=feed))
    Event.objects.update(own_headline=STORED)
    return client


def body(answer):
    assert answer.status_code == 200
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_a1_every_form_answers_whatever_the_database_holds(poisoned):
    for path in ("/events.atom", "/sources.opml", "/chart.svg?chart=platform"):
        etree.fromstring(body(poisoned.get(path)))
    (event,) = Calendar.from_ical(body(poisoned.get("/events.ics"))).walk("VEVENT")
    assert not ODD.search(str(event["SUMMARY"]))
    for line in body(poisoned.get("/events.jsonl")).splitlines():
        assert json.loads(line)
    assert poisoned.get("/events.json").json()["items"]
    for path in ("/", "/sources", "/events/1", "/api/v1/events", "/chart.png", "/embed"):
        assert poisoned.get(path).status_code in {200, 301, 404}


def test_a1_every_file_of_a_collection_opens_whatever_the_database_holds(poisoned):
    owner = make.reader()
    collection = collections.create_collection("Bans", owner, NOW)
    collections.add_event(collection, Event.objects.get().pk, STORED, NOW)
    Collection.objects.update(title=STORED, note=f"{STORED}<b>x</b>")
    path = f"/collections/{sign_token(READ, collection)}"
    written = Document(io.BytesIO(body(poisoned.get(f"{path}/brief.docx"))))
    assert "<b>x</b>" in [line.text[-8:] for line in written.paragraphs]
    assert not [line.text for line in written.paragraphs if ODD.search(line.text)]
    etree.fromstring(body(poisoned.get(f"{path}/events.atom")))
    rows = list(
        csv.reader(io.StringIO(body(poisoned.get(f"{path}/events.csv")).decode("utf-8-sig")))
    )
    assert [len(row) for row in rows] == [len(rows[0])] * 2
    for page in (path, f"{path}/brief"):
        assert "&lt;b&gt;x&lt;/b&gt;" in body(poisoned.get(page)).decode()


def test_a3_a_table_is_text_to_every_program(poisoned):
    for path in ("/events.csv", "/chart.csv?chart=platform"):
        text = body(poisoned.get(path)).decode("utf-8-sig")
        assert not ODD.search(text.replace("\r\n", ""))
        for delimiter in ",;\t":
            for row in csv.reader(io.StringIO(text), delimiter=delimiter):
                assert not [cell for cell in row if cell.strip()[:1] in tuple("=+-@＝＋－＠")]


@pytest.mark.parametrize("words", ["x,=1+1,y", "x;=1;y", '"x,"', "zzz,=HYPERLINK(A1)"])
def test_a3_a_link_puts_no_formula_into_the_head_of_a_file(client, words):
    make.event()
    for path in ("/events.csv", "/chart.csv"):
        text = body(client.get(path, {"q": words})).decode("utf-8-sig")
        for delimiter in ",;\t":
            rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
            assert not [cell for row in rows for cell in row if cell.strip()[:1] in tuple("=+@")]
            assert len(rows) == len(text.splitlines())


def test_a_history_goes_out_guarded_and_comes_back_the_same():
    make.event("=1+1; -5 accounts", ref="a", targets=["@SUM", "+RT"])
    out = io.StringIO()
    call_command("exporthistory", stdout=out)
    assert "'=1+1; '-5 accounts" in out.getvalue()
    assert "'@SUM;'+RT" in out.getvalue()
    row: Any
    (row,) = history_csv.read_history(
        out.getvalue().replace(",\n", ",https://a.example/\n").encode()
    )
    assert (row.headline, row.targets) == ("=1+1; -5 accounts", ("@SUM", "+RT"))


@pytest.mark.parametrize("column", history_csv.COLUMNS)
def test_no_cell_of_a_history_breaks_the_import(column):
    for poison in WORST.values():
        Event.objects.all().delete()
        import_with(column, poison)


def import_with(column, poison):
    good = {"ref": "x", "kind": "ad_ban", "platforms": "twitter", "headline": "Twitter bars RT"}
    good |= {"sources": "https://a.example/", "targets": "RT", "occurred": "2017-10-26"}
    told = io.StringIO()
    table = csv.DictWriter(told, history_csv.COLUMNS)
    table.writeheader()
    cell = f"https://a.example/{poison}" if column == "sources" else poison
    table.writerow(good | {"ref": "y", column: cell})
    table.writerow(good)
    done = import_history(told.getvalue().encode("utf-8", "replace"), NOW)
    assert done.added + len(done.refused) == 2
    assert Event.objects.filter(ref="x").exists()
    assert_clean()


def test_bibtex_closes_no_field_early():
    (row,) = load_rows([make.event("a} , note = {b")])
    text = citations.cite_as_bibtex(citations.Citation(row, "https://t.example/events/1", NOW))
    assert "title = {a , note = b}" in text


def delivery():
    reader = make.reader()
    return Delivery.objects.create(
        subscriber=reader,
        type="confirm",
        message_id="<a@b>",
        since=NOW,
        created_at=NOW,
        next_try_at=NOW,
    )


@pytest.mark.parametrize("poison", WORST.values(), ids=WORST)
def test_what_a_mail_server_says_is_stored_clean(poison):
    sent = delivery()
    assert record_report(BounceReport(f"{sent.message_id}\0", "", "hard", poison), NOW)
    record_bounce(sent.subscriber, "soft", NOW, diagnostic=poison)
    Delivery.objects.update(error=str(DeliveryError(poison)))
    make.alert(hook_error=HookOutcome(0, poison).error)
    assert Bounce.objects.count() == 2
    assert_clean()


FIELDS = ("Final-Recipient", "Original-Recipient", "Status", "Diagnostic-Code", "Message-ID")


@pytest.mark.parametrize("name", FIELDS)
def test_no_field_of_a_bounce_is_read_as_it_comes(name):
    values = {"Final-Recipient": "rfc822; a@b.example", "Action": "failed", "Status": "5.1.1"}
    values |= {"Message-ID": "<a@b>", name: f"x\x01\0\x9b{'y' * 9_000}"}
    block = "\r\n".join(f"{k}: {v}" for k, v in values.items() if k != "Message-ID")
    head = 'Content-Type: multipart/report; boundary="b"'
    part = f"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: x\r\n\r\n{block}"
    original = f"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {values['Message-ID']}"
    mail = f"{head}\r\n\r\n{part}\r\n\r\n{original}\r\n\r\nx\r\n--b--\r\n"
    told = parse_bounce(mail.encode("utf-8"))
    assert told is not None
    assert not ODD.search(f"{told.message_id}{told.address}{told.diagnostic}")


def test_a_hook_can_always_be_encoded():
    alert = make.alert(name="x\x01")
    alert.name = "\ud800"
    assert json.loads(build_body("test", alert, None, NOW))["data"]["alert"]["name"] == "\ud800"
