import pytest
from django.core import mail
from django.core.management import CommandError, call_command


def test_a_mail_is_sent_now(capsys):
    call_command("testmail", "owner@example.org")
    assert "Accepted" in capsys.readouterr().out
    assert mail.outbox[0].subject == "Mails arrive"


def test_what_goes_wrong_is_told(settings):
    settings.EMAIL_BACKEND = "tracker.alerts.delivery.smtp.SmtpBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with pytest.raises(CommandError, match="not accepted: ConnectionRefusedError"):
        call_command("testmail", "owner@example.org")


def test_an_address_is_the_one_that_forms_take(capsys):
    call_command("testmail", "Owner@EXAMPLE.org.")
    assert "a mail to owner@example.org." in capsys.readouterr().out
    assert mail.outbox[0].to == ["owner@example.org"]
    with pytest.raises(CommandError, match="no @"):
        call_command("testmail", "owner")
