import pytest
from django.core.management import CommandError, call_command

from tests import make
from tests.conftest import NOW
from tracker.alerts.models import Subscriber

pytestmark = pytest.mark.django_db


def test_the_owner_has_an_address_mailed_again(capsys):
    make.reader("reader@example.org", suppressed_at=NOW, suppressed_for="complaint")
    call_command("unsuppress", "Reader@Example.org")
    assert "reader@example.org is mailed again" in capsys.readouterr().out
    assert Subscriber.objects.get().suppressed_for == ""
    call_command("unsuppress", "reader@example.org")
    assert "was mailed anyway" in capsys.readouterr().out


@pytest.mark.parametrize("address", ["nobody@example.org", "no address"])
def test_the_owner_hears_that_there_is_nobody(address):
    with pytest.raises(CommandError, match=r"nobody|no @"):
        call_command("unsuppress", address)
