"""Every way into the site, with what a stranger may send: no parameter, field, header, cookie or
piece of an address breaks a page, or leaves an odd character in the database. A new one without a
row fails.
"""

import csv
import io
import json
from importlib import import_module
from pkgutil import iter_modules
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from django import forms as django_forms
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone
from icalendar import Calendar
from lxml import etree

from tests import make
from tests.alerts.test_mailbox import SPELLINGS, VICTIM
from tests.conftest import NOW
from tests.intake import LONG, MIXED, POISON, assert_clean, encoded, names_read
from tests.thorough import IS_WHOLE, sampled
from tests.web.test_who import PATTERNS
from tracker.alerts import tokens
from tracker.alerts.collecting.collections import create_collection
from tracker.alerts.mailbox import canonical_address
from tracker.alerts.models import Alert
from tracker.events.models import Event, Suggestion
from tracker.events.search.language.spans import ENDS
from tracker.events.search.query import FIELDS, SINGLE
from tracker.feeds.models import Entry, Feed
from tracker.operations.editor_tokens import create_token as make_token
from tracker.people.audit import Actor
from tracker.people.invitations import invite, sign_invitation
from tracker.web import forms
from tracker.web.forms.alerts import (
    AlertForm,
    AlertSettingsForm,
    FollowedQueryForm,
    HookForm,
    PausedForm,
)
from tracker.web.forms.collections import CollectedEventForm, CollectionForm, TitleForm
from tracker.web.forms.events import (
    DecisionForm,
    EditForm,
    EntityNameForm,
    FactsForm,
    LanguageForm,
    RoleForm,
)
from tracker.web.forms.people import (
    AddressForm,
    AppForm,
    CodeForm,
    InviteForm,
    JoinForm,
    OwnAddressForm,
    OwnPasswordForm,
    PasskeyForm,
    SecondStepForm,
    SignInForm,
)
from tracker.web.forms.setup import SetupForm
from tracker.web.forms.sources import FeedForm
from tracker.web.forms.suggestions import LinkForm, SuggestionForm
from tracker.web.views.api.routes import api
from tracker.wsgi import application

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
# Each text by itself, through every entry, on SQLite: test_each_by_itself_through_every_entry. Long
# ones are what PostgreSQL's columns refuse and SQLite's take.
WITH_LONG = IS_WHOLE and connection.vendor == "postgresql"
WORST = {"all odd characters": MIXED} | (LONG if WITH_LONG else {})

# --- the tables: each name, and an address that reads it ({event} is an event's number, and so on)

PARAMETERS = {
    **dict.fromkeys((*FIELDS, *SINGLE, *ENDS), "/"),
    **dict.fromkeys(("q", "not", "as_of", "sort", "chart", "after"), "/"),
    "state": "/sources",
    "language": "/sources",
    "group": "/sources",
    "page": "/sources",
    "lane": "/review",
    "type": "/find?q=rt",
    "url": "/sources/new",
    "list": "/sources/import",
    "into": "/events/{event}/merge",
    "next": "/language/en",
    "named": "/values/country",
    "changed_since": "/events.csv",
    "form": "/deliveries/preview",
    "sent": "/alerts",
    "asked": "/alerts",
    "rows": "/pivot",
    "columns": "/pivot",
    "compared": "/compare",
    "person": "/people/log",
    "subject": "/people/log",
    "before": "/people/log",
}
EXPORTS = (
    *("/events.csv", "/events.jsonl", "/events.atom", "/events.json", "/events.ics"),
    *("/chart.svg", "/chart.png", "/chart.csv", "/embed", "/alerts/new", "/sources.opml"),
    *("/reports.csv", "/events.zip", "/events.csv.metadata.json", "/search/suggestions"),
    *("/compare", "/pivot", "/pivot.csv", "/map"),
    *("/deliveries/preview", "/api/v1/events", "/api/v1/counts", "/review?lane=new", "/about"),
    "/accessibility",
)
EDIT = {"headline": "x", "kind": "ad_ban", "platforms": "twitter", "read_version": "{seen}"}
# What views read of a form by name, with the rest of the form.
VALUES = {
    "act": ("{manage}", {}),
    "alert": ("{manage}", {"act": "stop"}),
    "event": ("{manage}", {"act": "mute"}),
    "wanted": ("{manage}", {"act": "signs"}),
    "feed": ("/deliveries", {"act": "release"}),
    "answer": ("/suggestions/{suggestion}", {"state": "accepted"}),
    "state": ("/suggestions/{suggestion}", {"answer": "no"}),
    "into": ("/entities/{entity}/merge", {}),
    "kind": ("/events/{event}/kind", {"read_version": "{seen}"}),
    "name": ("/events/{event}/target", {"read_version": "{seen}"}),
    "other": (
        "/events/{event}/link",
        {"read_version": "{seen}", "type": "follows", "state": "confirmed"},
    ),
    "type": (
        "/events/{event}/link",
        {"read_version": "{seen}", "other": "1", "state": "confirmed"},
    ),
    "fact": ("/events/{event}/check", {"read_version": "{seen}", "check": "confirmed"}),
    "check": ("/events/{event}/check", {"read_version": "{seen}", "fact": "occurred"}),
    "report": ("/events/{event}/split", {"read_version": "{seen}"}),
    "reason": ("/changes/{change}/undo", {}),
    "next": ("/events/{event}/accept", {"read_version": "{seen}"}),
    "role": ("/events/{event}/role", {"read_version": "{seen}", "report": "1"}),
    "text": ("/events/{event}/note", {}),
    "release": ("/events/{event}/take", {}),
    "accept": ("/events/{event}/edit", EDIT),
    "selected": ("/review/selected", {}),
    "refusal": ("/review/selected", {"selected": "{event}:{seen}"}),
    "link": ("/articles/new", {"url": "http://127.0.0.1:9/"}),
    "url": ("/sources/new", {}),
    "title": ("/sources/new", {"url": "https://new.example/rss"}),
    "with": ("/alerts/new", {"rate": "daily", "address": "new@example.org"}),
    "names": ("/alerts/new", {"rate": "daily", "address": "new@example.org"}),
    "group": ("/sources/change", {"act": "group", "feed": "{feed}"}),
    "opml": ("/sources/import", {"act": "import"}),
    "person": ("/people/change", {"act": "disable"}),
    "address": ("/people/change", {"act": "address", "person": "{person}"}),
    "invitation": ("/people/invitation", {}),
    "credential": ("/login/passkey", {}),
    "weights": ("/review/learning/change", {"act": "promote"}),
    "passkey": ("/account/passkeys", {"name": "x"}),
    "names_shown": ("/alerts/new", {"rate": "daily", "address": "new@example.org"}),
}
# The same names in other forms.
ELSEWHERE = {"role": ("/people/change", {"act": "role", "person": "{person}"})}
SIGN_UP = {"rate": "daily", "zone": "UTC", "address": "new@example.org"}
FORMS = {
    SignInForm: ("/login", {"username": "ed", "password": "x"}),
    SecondStepForm: ("/login/code", {}),
    CodeForm: ("/account", {"password": "x"}),
    AppForm: ("/account", {"code": "x", "password": "x"}),
    OwnAddressForm: ("/account/address", {"address": "x@example.org", "password": "x"}),
    OwnPasswordForm: ("/account/passkeys/new", {"name": "x", "password": "x"}),
    PasskeyForm: ("/account/passkeys/new", {"name": "x", "password": "x"}),
    InviteForm: ("/people", {"address": "x@example.org", "role": "editor"}),
    SetupForm: ("/setup/x", {"username": "new", "password1": "x", "password2": "x"}),
    JoinForm: ("/join/{invited}", {"username": "new", "password1": "x", "password2": "x"}),
    EntityNameForm: ("/entities/{entity}/names", {"name": "Former Name"}),
    AddressForm: ("/alerts/ask", {}),
    AlertSettingsForm: ("/alerts/new?kind=ad_ban", SIGN_UP),
    AlertForm: ("/alerts/new?kind=ad_ban", SIGN_UP),
    PausedForm: ("{manage}", {"act": "change", "alert": "{alert}", "{alert}-rate": "daily"}),
    HookForm: ("{manage}", {"act": "hook", "alert": "{alert}"}),
    FollowedQueryForm: ("{manage}/{alert}", {}),
    TitleForm: ("{manage}", {"act": "collect"}),
    CollectionForm: ("{collection}", {"act": "save", "title": "x"}),
    CollectedEventForm: ("{collection}", {"act": "add", "address": "{event}"}),
    DecisionForm: ("/events/{event}/refuse", {"read_version": "{seen}", "reason": "x"}),
    SuggestionForm: ("/events/{event}/suggest", {"field": "other", "text": "x"}),
    FeedForm: ("/sources/{feed}/edit", {"title": "x", "url": "https://new.example/rss"}),
    EditForm: ("/events/{event}/edit", EDIT),
    FactsForm: ("/articles/{entry}", EDIT | {"act": "record"}),
    LanguageForm: ("/articles/{entry}/language", {}),
    RoleForm: ("/articles/{entry}", {"act": "add", "event": "{other}", "role": "report"}),
    LinkForm: ("/submit", {"url": "https://new.example/story"}),
}
PREFIXES = {PausedForm: "{alert}-", HookForm: "hook{alert}-"}
API = {
    "get /events": "q kind platform target country lang ground source law appeal"
    " territory degree authority ordered_by currency affected_what state origin not since"
    " until in_force recorded changed effective effective_since effective_until amount amount_from"
    " amount_to affected affected_from affected_to changed_since names after limit sort as_of",
    "get /counts": "q kind platform target country lang ground source law appeal"
    " territory degree authority ordered_by currency affected_what state origin not since"
    " until in_force recorded changed effective effective_since effective_until amount amount_from"
    " amount_to affected affected_from affected_to changed_since names chart as_of",
    "get /events/{event_id}": "as_of",
    "get /reports": "after limit",
    "get /entities": "type name after limit",
    "patch /events/{event_id}": "reason seen accept headline kinds platforms targets countries"
    " grounds occurred effective_on ended_on extent amount currency affected affected_what"
    " authority authority_type law law_article appeal territory region degree ordered_by"
    " ordered_by_type",
    "post /events/{event_id}/accept": "reason seen",
    "post /events/{event_id}/refuse": "reason seen",
    "post /events/{event_id}/merge": "reason seen into",
    "post /events/{event_id}/reports": "reason seen report role",
    "post /events/{event_id}/reports/{report_id}/withdraw": "reason seen",
    "post /changes/{change_id}/undo": "reason",
}
HEADERS: tuple[str, ...] = (
    "Authorization",
    "X-Forwarded-For",
    "User-Agent",
    "Referer",
    "Accept-Language",
    "Host",
)
HEADERS += ("If-None-Match", "If-Modified-Since", "HX-Request", "Content-Type", "Origin")
COOKIES = ("sessionid", "csrftoken", "django_language", "messages")


@pytest.fixture
def site(settings):
    """A record with one of each, and what stands for it in the tables."""
    event, other = make.event(), make.event("Other", platforms=["youtube"])
    make.report(event)
    make.report(event)
    alert = make.alert("kind:ad_ban")
    collection = create_collection("Ours", alert.subscriber, NOW)
    suggestion = Suggestion.objects.create(event=event, field="other", text="x", origin="x", at=NOW)
    editor = User.objects.create_user("ed", is_staff=True, is_superuser=True)
    client = Client(raise_request_exception=False)
    client.force_login(editor)
    invited = invite("invited@example.org", "editor", "en", Actor("ed"), timezone.now())
    return {
        "client": client,
        "event": event.pk,
        "other": other.pk,
        "entity": event.entities.get(type="target").pk,
        "feed": Feed.objects.get().pk,
        "entry": Entry.objects.order_by("pk")[0].pk,
        "suggestion": suggestion.pk,
        "change": 1,
        "alert": alert.pk,
        "seen": 10**9,
        "collection": f"/collections/edit/{tokens.sign_token(tokens.COLLECT, collection)}",
        "person": User.objects.create_user("other").pk,
        "invited": sign_invitation(invited),
        "manage": f"/alerts/manage/{tokens.sign_token(tokens.MANAGE, alert.subscriber_id)}",
        "token": make_token(editor),
    }


def body(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def fill(site, values):
    return {k.format(**site): v.format(**site) for k, v in values.items()}


def assert_well(site):
    """Nothing odd is stored, and what is public answers in its own format."""
    assert_clean()
    client = Client()
    cache.clear()
    table = body(client.get("/events.csv")).decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(table)))) > Event.objects.shown().count()
    for line in body(client.get("/events.jsonl")).splitlines():
        assert json.loads(line)["type"] == "event"
    for path in ("/events.atom", "/sources.opml", "/chart.svg"):
        etree.fromstring(client.get(path).content)
    Calendar.from_ical(client.get("/events.ics").content)
    for path in ("/events.json", "/api/v1/events", f"/api/v1/events/{site['event']}/history"):
        client.get(path).json()
    for path in ("/", "/sources", f"/events/{site['other']}", f"/entities/{site['entity']}"):
        assert client.get(path).status_code == 200


# --- every name has a row


def test_every_parameter_and_value_that_a_view_reads_has_a_row():
    read = names_read("web", "request.GET", "parameters") | {*FIELDS, *SINGLE, *ENDS}
    assert read == set(PARAMETERS)
    assert names_read("web", "request.POST", "sent") == set(VALUES)
    headers = names_read("web", "request.headers", "request.META", "request.COOKIES")
    assert headers - {"REMOTE_ADDR"} <= set(HEADERS)


def test_every_form_has_a_row():
    modules = [
        import_module(f"{forms.__name__}.{module.name}") for module in iter_modules(forms.__path__)
    ]
    of_ours = {
        one
        for module in modules
        for one in vars(module).values()
        if isinstance(one, type)
        and issubclass(one, django_forms.BaseForm)
        and one.__module__ == module.__name__
    }
    assert of_ours == set(FORMS)


def described():
    """Each operation of the API with the names that it takes."""
    schema = api.get_openapi_schema()
    found = {}
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            names = [p["name"] for p in operation.get("parameters", ()) if p["in"] == "query"]
            if "requestBody" in operation:
                told = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
                names += schema["components"]["schemas"][told.rpartition("/")[2]]["properties"]
            if names:
                found[f"{method} {path.removeprefix('/api/v1')}"] = set(names)
    return found


def test_every_field_of_the_api_has_a_row():
    assert described() == {name: set(fields.split()) for name, fields in API.items()}


# --- and stands the worst


@pytest.mark.parametrize("poison", WORST.values(), ids=WORST)
def test_no_parameter_breaks_a_page(site, poison):
    ask_parameters(site, poison, list(PARAMETERS.items()))
    ask_parameters(site, poison, [("q", path) for path in EXPORTS])
    assert_well(site)


def ask_parameters(site, poison, rows):
    for name, path in rows:
        address = path.format(**site)
        told = f"{address}{'&' if '?' in address else '?'}{encoded(**{name: poison})}"
        cache.clear()
        answer = site["client"].get(told)
        body(answer)
        assert answer.status_code < 500, (name, path)


@pytest.mark.parametrize("poison", WORST.values(), ids=WORST)
def test_no_value_of_a_form_breaks_a_page(site, poison):
    post_values(site, poison)
    post_forms(site, poison)
    assert_well(site)


def post(site, path, values, poison, name):
    given = fill(site, values) | {name.format(**site): poison}
    answer = site["client"].post(path.format(**site), encoded(**given), content_type=FORM)
    assert answer.status_code < 500, (path, name)


def post_values(site, poison):
    for name, (path, values) in [*VALUES.items(), *ELSEWHERE.items()]:
        cache.clear()
        post(site, path, values, poison, name)
        if path == "/entities/{entity}/merge":
            post(site, "/entities/{entity}/names", {}, poison, "name")


def post_forms(site, poison):
    form: Any
    for form, (path, values) in FORMS.items():
        prefix = PREFIXES.get(form, "")
        for name in form.base_fields:
            post(site, path, values, poison, f"{prefix}{name}")


@pytest.mark.parametrize("poison", WORST.values(), ids=WORST)
def test_no_field_of_the_api_breaks_it(site, poison):
    call_api(site, poison)
    assert_well(site)


def odd_values(poison):
    """What stands in a field's place; in a quick run one of each form: a text, a list, a number."""
    every = (poison, [poison], 10**30, [poison] * 200, -1, {poison: poison}, None)
    return every if IS_WHOLE else every[:3]


def call_api(site, poison):
    headers = {"Authorization": f"Bearer {site['token']}"}
    for row, fields in API.items():
        method, path = row.split()
        numbers = {"event_id": site["event"], "report_id": 1, "change_id": 1}
        address = f"/api/v1{path.format(**numbers)}"
        for name in fields.split():
            cache.clear()
            if method == "get":
                answer = site["client"].get(f"{address}?{encoded(**{name: poison})}")
                assert answer.status_code < 500, (row, name)
                continue
            for value in odd_values(poison):
                given = {"reason": "x", "into": site["other"], name: value}
                answer = site["client"].generic(
                    method, address, json.dumps(given), "application/json", headers=headers
                )
                assert answer.status_code < 500, (row, name)


@pytest.mark.parametrize("poison", WORST.values(), ids=WORST)
def test_no_header_cookie_or_piece_of_an_address_breaks_a_page(site, poison, settings):
    settings.NINJA_NUM_PROXIES = 1
    send_around(site, poison)
    assert_well(site)


def send_around(site, poison):
    sent = poison.encode("utf-8", "replace").decode("latin-1")[:8_000]  # as WSGI gives it
    for name in HEADERS:
        answer = site["client"].post(
            "/login", encoded(username="ed", password="x"), FORM, headers={name: sent}
        )
        assert answer.status_code < 500, name
        answer = site["client"].get("/?kind=ad_ban", headers={name: sent})
        assert answer.status_code < 500, name
    for name in COOKIES:
        client = Client(raise_request_exception=False)
        for value in (sent, '"\\000\\001abcdefghijk"'):
            answer = client.get("/account", headers={"Cookie": f"{name}={value}"})
            assert answer.status_code < 500, name
    pattern: Any
    for address, pattern in PATTERNS.items():
        texts = [k for k, c in pattern.pattern.converters.items() if "Int" not in type(c).__name__]
        if texts:
            piece = encoded(x=poison).removeprefix("x=")
            path = f"/{pattern.pattern._route}".replace(f"<str:{texts[0]}>", piece)
            assert site["client"].get(path).status_code < 500, address


@pytest.mark.services
@pytest.mark.parametrize(("turn", "poison"), list(enumerate(POISON.values())), ids=POISON)
def test_each_by_itself_through_every_entry(site, turn, poison, settings):
    # Every export reads every parameter; each text takes other pairs of them.
    paths = [path for path in (*EXPORTS, "/") if path != "/sources.opml"]
    pairs = [(n, paths[(turn + place) % len(paths)]) for place, n in enumerate(PARAMETERS)]
    ask_parameters(site, poison, pairs)
    ask_parameters(site, poison, list(PARAMETERS.items()))
    post_values(site, poison)
    post_forms(site, poison)
    call_api(site, poison)
    settings.NINJA_NUM_PROXIES = 1
    send_around(site, poison)
    assert_well(site)


# --- the cousins: codecs, lengths, numbers, moments


def ask(of, environ):
    """The status with which a WSGI application answers."""
    told: list[str] = []
    of(environ, lambda status, headers: told.append(status)).close()
    return told[0]


CODECS = ("rot13", "utf-16", "unicode_escape", "idna", "base64", "no-such", "utf-7", "\x01")


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("kind", [FORM, "text/plain", "multipart/form-data; boundary=x"])
def test_the_sender_chooses_no_codec(codec, kind):
    for method in ("GET", "POST"):
        environ = {"REQUEST_METHOD": method, "CONTENT_TYPE": f"{kind}; Charset={codec}"}
        environ |= {"PATH_INFO": "/alerts/new", "QUERY_STRING": "q=%5Cud800", "SERVER_NAME": "x"}
        setup_testing_defaults(environ)
        assert ask(application, environ)[:3] in {"200", "400", "403"}


def test_two_queries_that_are_too_long_together_are_no_alert(client):
    sign_up = SIGN_UP | {"with": ["platform:" + "a" * 1_900]}
    answer = client.post(f"/alerts/new?platform={'b' * 1_900}", sign_up)
    assert answer.status_code == 400
    assert not Alert.objects.exists()


MOMENTS = (
    *("0001-01-01T00:00:00+14:00", "0001-01-01", "9999-12-31T23:59:59-14:00", "1899-12-31"),
    *("0000-00-00", "2026-11-01T24:61:00", "1e9", "\x01"),
)


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_moment_at_the_end_of_the_calendar_is_named(client, moment):
    pk = make.event().pk
    for path in ("/", "/events.csv", "/events.ics", "/api/v1/events", f"/events/{pk}"):
        answer = client.get(f"{path}?{encoded(as_of=moment)}", follow=True)
        assert answer.status_code == 400 if moment != "\x01" else answer.status_code == 200
        assert moment == "\x01" or "is not a date or time" in answer.content.decode()


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "Pacific/Pago_Pago", "UTC"])
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1899-12-31"])
def test_a_pause_at_the_end_of_the_calendar_is_named_at_its_field(site, day, zone):
    given = {"act": "change", "alert": f"{site['alert']}", f"{site['alert']}-rate": "daily"}
    given |= {f"{site['alert']}-paused_until": day, f"{site['alert']}-zone": zone}
    answer = site["client"].post(site["manage"], given)
    assert answer.status_code == 400
    assert "Enter a day like 2026-11-24" in answer.content.decode()


ZONES = ("localtime", "Factory", "posixrules", "right/UTC", "posix/UTC", "Europe", "../UTC", "utc")


@pytest.mark.parametrize("zone", ZONES)
def test_a_zone_is_a_place(client, zone):
    answer = client.post("/alerts/new", SIGN_UP | {"zone": zone})
    assert answer.status_code == 400
    assert f"“{zone}” is not a time zone" in answer.content.decode()


NOT_MAILED = {
    "this machine": "a@localhost",
    "a literal": "a@[127.0.0.1]",
    "a number": "a@10.0.0.12",
    "a number in other digits": "a@１０.0.0.１２",
    "a name of this machine": "a@mail.localhost",
    "a control in quotes": '"\x01"@x.example',
    "quotes": '"a b"@x.example',
    "a pipe": "|cat@x.example",
    "an option": "-oq/tmp@x.example",
    "a command": "`id`@x.example",
    "a route": "a%b@x.example",
    "a path of hosts": "a!b@x.example",
    "a word in code": "=?utf-8?q?=0d=0aBcc=3a?=@x.example",
    "too long in lower case": f"{'İ' * 240}@x.example",
    "letters that look like ours": "ſa@x.example",
    "too long in ASCII": f"{'a' * 30}@{'.'.join(['ü' * 50] * 4)}.example",
}


@pytest.mark.parametrize("address", sampled(NOT_MAILED.values(), 6))
def test_an_address_that_is_none_of_a_person_is_refused(client, address):
    for path in ("/alerts/new", "/alerts/ask"):
        answer = client.post(path, SIGN_UP | {"address": address})
        assert answer.status_code == 400
    assert (
        "Enter an email address like name@example.org"
        in client.post("/alerts/new", SIGN_UP | {"address": address}).content.decode()
    )
    assert not Alert.objects.exists()


MAILED = (
    *("a+tag@example.com", "o'neil@example.co.uk", "a.b-c_d@exämple.com", "prvs=1=a@example.com"),
    *("1@xn--e1afmkfd.xn--p1ai", "_a@example.museum", "SRS0=a/b=c@example.net"),
)


@pytest.mark.parametrize("address", MAILED)
def test_a_person_s_address_is_taken(client, address):
    assert client.post("/alerts/new", SIGN_UP | {"address": address}).status_code == 302
    assert Alert.objects.get().subscriber.address == canonical_address(address)


@pytest.mark.parametrize("address", SPELLINGS, ids=ascii)
def test_every_spelling_of_an_address_is_the_one_that_is_stored(client, address):
    assert client.post("/alerts/new", SIGN_UP | {"address": address}).status_code == 302
    assert Alert.objects.get().subscriber.address == VICTIM


def test_a_number_beyond_64_bits_is_named(site):
    for value in (10**30, -1, 1e400, "9" * 5_000):
        answer = site["client"].patch(
            f"/api/v1/events/{site['event']}",
            json.dumps({"headline": "x", "seen": value}),
            "application/json",
            headers={"Authorization": f"Bearer {site['token']}"},
        )
        assert answer.status_code in {400, 422}
    given = fill(site, EDIT) | {"read_version": str(10**30)}
    assert site["client"].post(f"/events/{site['event']}/edit", given).status_code == 400


def test_a_password_is_taken_as_typed(client):
    password = "  e\u0301 \u00ad\u200b  x"
    User.objects.create_user("ed", password=password)
    given = {"username": "ed", "password": password}
    assert client.post("/login", given).status_code == 302
    assert Session.objects.count() == 1


def test_several_lines_stay_where_a_field_has_them(site):
    given = fill(site, EDIT) | {"targets": "RT\r\nSput\x01nik", "headline": "one\r\ntwo"}
    site["client"].post(f"/events/{site['event']}/edit", given)
    event = Event.objects.get(pk=site["event"])
    assert event.headline == "one two"
    names = event.entities.filter(type="target").order_by("name").values_list("name", flat=True)
    assert list(names) == ["RT", "Sput nik"]
