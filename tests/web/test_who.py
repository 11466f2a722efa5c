"""Who may what: a table of every address. A new address without a row fails."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests import make
from tracker.events.models import ReportVote
from tracker.web.views.api.routes import api

pytestmark = pytest.mark.django_db
ALL, SIGNED_IN, EDITORS, OWNERS, PROGRAMS = "all", "signed in", "editors", "owners", "programs"
HALF_WAY = "whoever gave a password and not yet the code"
WHO = {
    "timeline": ALL,
    "search_help": ALL,
    "search_suggestions": ALL,
    "values": ALL,
    "robots": ALL,
    "sitemap": ALL,
    "sitemap_part": ALL,
    "language": ALL,
    "events_csv": ALL,
    "reports_csv": ALL,
    "events_metadata": ALL,
    "events_zip": ALL,
    "events_jsonl": ALL,
    "events_atom": ALL,
    "events_json": ALL,
    "events_ics": ALL,
    "chart_svg": ALL,
    "chart_png": ALL,
    "chart_csv": ALL,
    "embed": ALL,
    "compare": ALL,
    "compare_csv": ALL,
    "pivot": ALL,
    "pivot_csv": ALL,
    "world": ALL,
    "event": ALL,
    "event_bibtex": ALL,
    "event_csl": ALL,
    "event_suggest": ALL,
    "event_together": ALL,
    "report_vote": ALL,
    "dispute_answer": EDITORS,
    "second_act_answer": EDITORS,
    "event_edit": EDITORS,
    "event_refuse": EDITORS,
    "event_back": EDITORS,
    "event_merge": EDITORS,
    "event_accept": EDITORS,
    "event_check": EDITORS,
    "event_kind": EDITORS,
    "event_target": EDITORS,
    "event_link": EDITORS,
    "event_split": EDITORS,
    "event_withdraw": EDITORS,
    "event_role": EDITORS,
    "event_note": EDITORS,
    "event_take": EDITORS,
    "article_new": EDITORS,
    "article": EDITORS,
    "article_language": EDITORS,
    "submit_link": ALL,
    "submitted_decline": EDITORS,
    "find": EDITORS,
    "review_selected": EDITORS,
    "review_agreement": EDITORS,
    "review_learning": EDITORS,
    "learning_change": OWNERS,
    "entity": ALL,
    "entity_name": EDITORS,
    "entity_merge": EDITORS,
    "review": EDITORS,
    "change_undo": EDITORS,
    "suggestion_answer": EDITORS,
    "sources": ALL,
    "sources_opml": ALL,
    "new_source": EDITORS,
    "source": ALL,
    "poll_now": EDITORS,
    "source_edit": EDITORS,
    "source_merge": EDITORS,
    "sources_change": EDITORS,
    "sources_import": EDITORS,
    "alerts": ALL,
    "alert_new": ALL,
    "alerts_ask": ALL,
    # These say and do nothing without a token that we signed; see test_alerts and test_manage.
    "alert_confirm": ALL,
    "alert_stop": ALL,
    "alerts_stop": ALL,
    "alert_period": ALL,
    "alert_feed": ALL,
    "alerts_manage": ALL,
    "alert_follow": ALL,
    "alerts_data": ALL,
    "alerts_erase": ALL,
    "collections": ALL,
    # The same of a collection; see test_collections.
    "collection_edit": ALL,
    "collection": ALL,
    "collection_brief": ALL,
    "collection_docx": ALL,
    "collection_atom": ALL,
    "collection_csv": ALL,
    "deliveries": EDITORS,
    "deliveries_preview": EDITORS,
    "health": ALL,
    "metrics": PROGRAMS,
    "status": OWNERS,
    "account": SIGNED_IN,
    "account_address": SIGNED_IN,
    "passkey_new": SIGNED_IN,
    "passkey_rename": SIGNED_IN,
    "passkey_remove": SIGNED_IN,
    "app_off": SIGNED_IN,
    "password_change": SIGNED_IN,
    "people": OWNERS,
    "people_change": OWNERS,
    "invitation_end": OWNERS,
    "people_log": OWNERS,
    "people_log_csv": OWNERS,
    # These do nothing without a link that we signed; see test_people.
    "join": ALL,
    "password_ask": ALL,
    "setup": ALL,
    "setup_explained": ALL,
    "password_set": ALL,
    "api_docs": ALL,
    "about": ALL,
    "accessibility": ALL,
    "knowledge": ALL,
    "data": ALL,
    "data_dictionary": ALL,
    "data_datacite": ALL,
    "data_file": ALL,
    "login": ALL,
    "login_code": HALF_WAY,
    # A challenge of this session, or a state of it, is needed: see test_passkeys, test_provider.
    "login_passkey": ALL,
    "login_provider": ALL,
    "login_provider_back": ALL,
    "logout": ALL,
}
ONE_CLICK = {"alert_stop", "alerts_stop"}  # RFC 8058: the only ones without a form's token
ROLES = ("nobody", "reader", "editor", "owner")
MAY = {
    ALL: set(ROLES),
    SIGNED_IN: {"reader", "editor", "owner"},
    EDITORS: {"editor", "owner"},
    OWNERS: {"owner"},
    HALF_WAY: set(),
    PROGRAMS: set(),
}
PATTERNS = {
    pattern.name: pattern
    for pattern in get_resolver("tracker.web.urls").url_patterns
    if isinstance(pattern, URLPattern)
}


def path_of(name):
    names = PATTERNS[name].pattern.converters
    values = {key: 1 if type(c).__name__ == "IntConverter" else "x" for key, c in names.items()}
    return reverse(name, kwargs=values)


def client_of(role, **options):
    client = Client(**options)
    if role != "nobody":
        user = User.objects.create_user(
            role, is_staff=role in {"editor", "owner"}, is_superuser=role == "owner"
        )
        client.force_login(user)
    return client


def test_every_address_has_a_row():
    assert set(WHO) == set(PATTERNS)


@pytest.mark.parametrize("role", ROLES)
def test_w4_who_may_what(role):
    client = client_of(role)
    for name, who in WHO.items():
        if name == "logout":
            continue
        for answer in (client.get(path_of(name)), client.post(path_of(name))):
            sent_away = answer.status_code == 302 and "/login" in answer.headers["Location"]
            if who == PROGRAMS:
                assert answer.status_code in {404, 405}, name
            else:
                assert sent_away == (role not in MAY[who]), f"{role} {name} {answer.status_code}"
                assert answer.status_code < 500


def test_w3_every_form_needs_its_token():
    client = client_of("owner", enforce_csrf_checks=True)
    for name in WHO:
        status = client.post(path_of(name)).status_code
        assert status in ({404} if name in ONE_CLICK else {403, 405}), name


def test_w4_the_api_is_read_by_all_and_written_by_no_one_without_a_token():
    paths = api.get_openapi_schema()["paths"]
    told = {
        (method, path)
        for path, operations in paths.items()
        for method, operation in operations.items()
        if method != "get" or operation.get("security")
    }
    assert len(told) >= 3
    client = client_of("owner")  # a session is no token
    for method, path in told:
        url = path.replace("{event_id}", "1").replace("{change_id}", "1")
        url = url.replace("{report_id}", "1")
        assert "{" not in url, f"say what to put into {path}"
        answer = client.generic(method.upper(), url, b"{}", content_type="application/json")
        assert answer.status_code == 401, f"{method} {path}"


def test_only_roles_read_the_columns_of_a_role():
    """A page that asks Django's user asks nobody for the second factor: web/editor.py does."""
    tracker = Path(__file__).parents[2] / "tracker"
    files = [p for p in tracker.rglob("*") if p.suffix in {".py", ".html", ".txt", ".xml"}]
    asking = {
        str(path.relative_to(tracker))
        for path in files
        if "migrations" not in path.parts and "is_staff" in path.read_text()
    }
    assert asking == {"people/roles.py", "people/models.py"}  # the latter in words
    in_web = [path for path in files if path.is_relative_to(tracker / "web")]
    owners = [path.name for path in in_web if re.search(r"is_superuser", path.read_text())]
    assert owners == ["editor.py"]


def test_a_session_without_its_second_factor_is_offered_and_takes_out_nothing(client):
    user = User.objects.create_user("ed", is_staff=True, is_superuser=True)
    TOTPDevice.objects.create(user=user, name="app", confirmed=True)
    event = make.event("Twitter bars RT")
    make.report(event, make.entry("Twitter bars RT from ads"))
    stray = make.report(event, make.entry("A fair in Minsk opens"))
    client.force_login(user)
    address = f"/events/{event.pk}/reports/{stray.pk}/vote"
    assert "You are an editor" not in client.get(address).content.decode()
    client.post(address)
    assert event.reports.count() == 2
    assert ReportVote.objects.filter(report=stray).count() == 1  # as any reader's
    event_page = client.get(f"/events/{event.pk}").content.decode()
    for words in ("/edit", "/review", "/people", "/deliveries"):
        assert f'href="{words}' not in event_page
        assert f"{event.pk}{words}" not in event_page
