import os
import subprocess
import sys
from types import SimpleNamespace

import pytest
from django.core.exceptions import ImproperlyConfigured

from tracker.operations import checks
from tracker.web.urls import provider_hooks


def database(monkeypatch, vendor):
    monkeypatch.setattr(checks, "connection", SimpleNamespace(vendor=vendor))


@pytest.fixture
def production(settings, monkeypatch):
    """The production form with every part set."""
    database(monkeypatch, "postgresql")
    settings.PRODUCTION = True
    settings.SECRET_KEY_IS_EMBEDDED = settings.EMAIL_IS_EMBEDDED = False
    settings.CELERY_BROKER_URL = "amqp://guest@localhost//"
    return settings


def named():
    return [str(error.msg) for error in checks.production_form(None)]


def test_w7_the_embedded_form_needs_nothing():
    assert named() == []


def test_w7_a_whole_production_form_passes(production):
    assert named() == []


@pytest.mark.parametrize(
    ("setting", "value", "variable"),
    [
        ("SECRET_KEY_IS_EMBEDDED", True, "SECRET_KEY"),
        ("EMAIL_IS_EMBEDDED", True, "EMAIL_URL"),
        ("CELERY_BROKER_URL", "filesystem://localhost", "BROKER_URL"),
    ],
)
def test_w7_a_half_embedded_production_form_is_refused_by_name(
    production, setting, value, variable
):
    setattr(production, setting, value)
    (message,) = named()
    assert variable in message


def test_w7_so_is_a_production_form_on_sqlite(production, monkeypatch):
    database(monkeypatch, "sqlite")
    (message,) = named()
    assert "DATABASE_URL" in message


def test_a_missing_sentence_model_is_a_warning_and_no_error(monkeypatch):
    monkeypatch.setattr(
        "tracker.operations.checks.encoder.status", lambda: (False, "It is missing.")
    )
    (message,) = checks.sentence_model(None)
    assert (message.msg, message.id, message.is_serious()) == (
        "It is missing.",
        "tracker.W001",
        False,
    )
    monkeypatch.setattr("tracker.operations.checks.encoder.status", lambda: (True, "It is used."))
    assert checks.sentence_model(None) == []


@pytest.mark.parametrize(
    ("shown", "unsure", "count"), [(0.5, 0.1, 0), (0.1, 0.5, 1), (1.5, 0.1, 1), (0.5, 0.0, 1)]
)
def test_the_bands_stand_in_their_order(settings, shown, unsure, count):
    settings.CLASSIFY_SHOWN, settings.CLASSIFY_UNSURE = shown, unsure
    assert len(checks.bands(None)) == count


@pytest.mark.parametrize(
    ("provider", "secret", "count"),
    [
        ("", "", 0),
        ("postmark", "", 1),
        ("mailgun", "", 1),
        ("postmark", "tracker:short", 1),
        ("postmark", "a-long-password-without-a-name", 1),
        ("postmark", "tracker:" + "x" * 16, 0),
    ],
)
def test_provider_hooks_without_a_secret_are_refused_at_start(settings, provider, secret, count):
    settings.MAIL_PROVIDER = provider
    settings.ANYMAIL = {"WEBHOOK_SECRET": secret} if secret else {}
    found = checks.provider_hooks(None)
    assert [message.id for message in found] == ["tracker.E007"] * count
    if count:
        with pytest.raises(ImproperlyConfigured, match="ANYMAIL_WEBHOOK_SECRET"):
            checks.refuse_open_hooks()
    else:
        checks.refuse_open_hooks()


def test_the_hooks_of_a_provider_are_there_with_a_secret_and_of_no_other(settings):
    settings.ANYMAIL = {}
    assert provider_hooks("postmark") == []
    settings.ANYMAIL = {"WEBHOOK_SECRET": "tracker:" + "x" * 16}
    assert provider_hooks("") == []
    (hooks,) = provider_hooks("postmark")
    assert [str(one.pattern) for one in hooks.url_patterns] == ["postmark/tracking/"]


@pytest.mark.parametrize(
    ("is_production", "number", "count"), [(True, 0, 1), (True, 1, 0), (False, 0, 0)]
)
def test_a_production_form_that_counts_no_proxy_is_warned_of_before_it_is_deployed(
    settings, is_production, number, count
):
    settings.PRODUCTION, settings.NINJA_NUM_PROXIES = is_production, number
    assert [message.id for message in checks.proxies(None)] == ["tracker.W002"] * count


def test_a_translator_of_no_kind_and_an_archive_without_a_place_are_refused(settings):
    assert checks.article_services(None) == []
    settings.TRANSLATE_KIND = "deepl"
    settings.ARCHIVE_URL, settings.ARCHIVE_SAVE_URL = "", "https://archive.example/save/"
    assert [error.id for error in checks.article_services(None)] == ["tracker.E008", "tracker.E009"]


def test_checks_can_be_imported_before_the_apps_are_loaded():
    """As wsgi.py does, which refuses open hooks before it loads anything."""
    code = "import tracker.operations.checks"
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tracker.settings"}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
