import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests import make
from tracker.alerts.models import Alert, Subscriber
from tracker.people.models import AuditLine

pytestmark = pytest.mark.django_db


@pytest.fixture
def typed(monkeypatch):
    """What is typed where a password is asked for, one after the other."""
    words: list[str] = []
    monkeypatch.setattr(
        "tracker.management.commands.addeditor.getpass", lambda prompt: words.pop(0)
    )
    return words


def test_an_editor_is_added_who_is_no_owner_and_can_sign_in(client, typed, capsys):
    typed += ["quite-open-sesame"] * 2
    call_command("addeditor", "anna")
    anna = User.objects.get(username="anna")
    assert (anna.is_staff, anna.is_superuser) == (True, False)
    assert anna.check_password("quite-open-sesame")
    assert "anna is an editor" in capsys.readouterr().out


def test_the_first_owner_is_added_without_a_browser(typed, capsys):
    typed += ["quite-open-sesame"] * 2
    call_command("addeditor", "olga", role="owner", address="olga@example.org")
    olga = User.objects.get(username="olga")
    assert (olga.is_staff, olga.is_superuser, olga.email) == (True, True, "olga@example.org")
    assert "olga is an owner" in capsys.readouterr().out
    assert AuditLine.objects.get().verb == "person_added"


@pytest.mark.parametrize(
    ("name", "passwords", "words"),
    [
        ("bob", ["quite-open-sesame"] * 2, "already exists"),
        ("", ["quite-open-sesame"] * 2, "cannot be blank"),
        ("anna", ["123"] * 2, "too short"),
        ("anna", ["quite-open-sesame", "another-sesame"], "differ"),
    ],
)
def test_what_cannot_be_an_editor_adds_nobody(typed, name, passwords, words):
    User.objects.create_user("bob")
    typed += passwords
    with pytest.raises(CommandError, match=words):
        call_command("addeditor", name)
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("Bob@Example.org", "Another account has"),
        ("bob", "not an email address"),
        ("a b@c", "not an email"),
    ],
)
def test_an_address_that_cannot_be_stored_adds_nobody(typed, address, words):
    User.objects.create_user("bob", email="bob@example.org")
    typed += ["quite-open-sesame"] * 2
    with pytest.raises(CommandError, match=words):
        call_command("addeditor", "anna", address=address)
    assert User.objects.count() == 1


def test_an_address_is_stored_in_its_one_spelling(typed):
    typed += ["quite-open-sesame"] * 2
    call_command("addeditor", "anna", address="Anna@Example.org")
    assert User.objects.get().email == "anna@example.org"


def test_a_lost_second_factor_is_switched_off(capsys):
    anna = User.objects.create_user("anna", is_staff=True)
    for device in (TOTPDevice(user=anna), StaticDevice(user=anna, confirmed=False)):
        device.save()
    call_command("resetfactor", "anna")
    assert TOTPDevice.objects.count() + StaticDevice.objects.count() == 0
    call_command("resetfactor", "anna")
    assert capsys.readouterr().out.splitlines()[-1].endswith("was not on.")
    with pytest.raises(CommandError, match="no account is named"):
        call_command("resetfactor", "carl")


def test_a_subscriber_is_erased_whatever_the_spelling(capsys):
    make.alert(subscriber=make.reader("reader@example.org"))
    call_command("erasesubscriber", "Reader@Example.org")
    assert Subscriber.objects.count() + Alert.objects.count() == 0
    with pytest.raises(CommandError, match="nobody with the address"):
        call_command("erasesubscriber", "reader@example.org")
