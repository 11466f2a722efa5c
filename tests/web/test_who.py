"""Who may what: a table of every address. A new address without a row fails."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

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
    "submit_link": ALL,
    "submitted_decline": EDITORS,
    "find": EDITORS,
    "review_selected": EDITORS,
    "review_agreement": EDITORS,
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
    "data": ALL,
    "data_dictionary": ALL,
    "data_datacite": ALL,
    "data_file": ALL,
    "login": ALL,
    "login_code": HALF_WAY,
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
