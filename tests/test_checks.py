from types import SimpleNamespace

import pytest

from tracker import checks


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
