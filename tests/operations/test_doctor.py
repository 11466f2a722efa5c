"""What `manage.py doctor` says of each part that is broken, and that it breaks on none of them."""

import socket

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

from tests import make
from tests.conftest import NOW
from tracker.feeds.models import Activity
from tracker.operations import schema
from tracker.operations.health import doctor

pytestmark = pytest.mark.django_db


def findings():
    found: dict[str, doctor.Finding] = {}
    for finding in doctor.examine(NOW):
        found.setdefault(finding.part, finding)
    return found


def fault(part):
    """The one finding that is not well."""
    (finding,) = [finding for finding in doctor.examine(NOW) if not finding.is_well]
    assert finding.part == part
    return finding


def test_a_fresh_installation_has_no_fault_and_says_what_to_do_next(capsys):
    call_command("doctor")
    out = capsys.readouterr().out
    assert out.endswith("No fault found.\n")
    assert "Run: manage.py addfeed URL" in out
    assert "Run: manage.py addeditor NAME" in out


def test_a_fault_ends_with_exit_code_1(settings, tmp_path, capsys):
    settings.VAR_DIR = tmp_path / "gone"
    with pytest.raises(SystemExit) as ended:
        call_command("doctor")
    assert ended.value.code == 1
    assert "FAULT folder:" in capsys.readouterr().out


def test_a_full_disk_is_said(settings, monkeypatch):
    monkeypatch.setattr(doctor, "LEAST_ROOM", 10**18)
    assert "less than the" in fault("folder").text


def test_a_database_that_does_not_fit_is_said_and_nothing_is_asked_of_it(monkeypatch):
    monkeypatch.setattr(schema, "refused", lambda: schema.Misfit(schema.Code.BEHIND, ("events.9",)))
    assert "manage.py migrate" in fault("database").text
    assert "work" not in findings()


def test_a_broker_that_does_not_answer_is_said_without_its_password(settings):
    settings.CELERY_BROKER_URL = "amqp://tracker:TOPSECRET@127.0.0.1:1//"
    finding = fault("broker")
    assert "BROKER_URL" in finding.text
    assert "TOPSECRET" not in finding.text


def test_a_mail_server_that_does_not_answer_is_said(settings):
    settings.EMAIL_IS_EMBEDDED = False
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert "EMAIL_URL" in fault("mail").text


def test_a_setting_that_a_check_refuses_is_said(settings):
    settings.CLASSIFY_SHOWN, settings.CLASSIFY_UNSURE = 0.2, 0.5
    assert "tracker.E005" in fault("settings").text


def test_a_machine_without_name_resolution_is_said(monkeypatch):
    def refuse(*args):
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    make.feed("https://news.example/rss")
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert "news.example" in fault("names").text


def test_what_was_set_aside_is_said_with_the_command_that_lists_it():
    Activity.objects.create(work_type="entries", set_aside=2, set_aside_at=NOW, error="x")
    finding = fault("work")
    assert finding.text.startswith("2 set aside")
    assert finding.command == "manage.py retry"


def test_editors_are_counted():
    User.objects.create_user("ada", is_staff=True, is_superuser=True)
    User.objects.create_user("bob", is_staff=True, is_active=False)
    assert findings()["editors"].text == "1 can sign in"


def test_an_installation_without_an_owner_is_said():
    User.objects.create_user("ada", is_staff=True)
    User.objects.create_user("bob", is_staff=True, is_superuser=True, is_active=False)
    finding = findings()["editors"]
    assert finding.text == "1 can sign in, but nobody is an owner"
    assert finding.command == "manage.py addeditor NAME --role owner"


def test_a_part_that_cannot_be_looked_at_is_a_finding(monkeypatch):
    def broken(now):
        raise ZeroDivisionError("of http://a:TOPSECRET@b.example")

    monkeypatch.setattr(doctor, "watch", broken)
    assert fault("work").text == "ZeroDivisionError: of http://b.example"
