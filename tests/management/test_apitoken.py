import re

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from tracker.operations.editor_tokens import bearer_of
from tracker.operations.models import ApiToken

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def anna():
    User.objects.create_user("reader", password="x")
    return User.objects.create_user("anna", password="open-sesame", is_staff=True)


def run(capsys, *words, **options):
    call_command("apitoken", *words, **options)
    return capsys.readouterr().out


def test_a_token_is_printed_once_and_its_hash_is_stored(capsys, anna):
    token = run(capsys, "create", "anna", name="sync of the archive", days=90).strip()
    bearer = bearer_of(token)
    assert bearer is not None
    assert bearer.user == anna
    row = ApiToken.objects.get()
    assert (row.name, (row.expires_at - row.created_at).days) == ("sync of the archive", 90)
    assert token not in str(vars(row))
    assert token not in run(capsys, "list")


def test_the_list_says_whose_they_are_and_how_they_are(capsys, anna):
    assert run(capsys, "list") == "There are no tokens.\n"
    token = run(capsys, "create", "anna", name="sync").strip()
    run(capsys, "create", "anna")
    bearer_of(token)
    used, unused = run(capsys, "list").splitlines()
    assert re.match(r"\d+  anna  sync: valid; created \S+, ends \S+, last used \d", used)
    assert "no name: valid" in unused
    assert "never used" in unused
    assert run(capsys, "list", "reader") == "There are no tokens.\n"
    anna.set_password("another")
    anna.save()
    assert "void" in run(capsys, "list", "anna").splitlines()[0]


def test_a_token_is_revoked_by_its_number_and_the_others_go_on(capsys, anna):
    tokens = [run(capsys, "create", "anna").strip() for _ in range(2)]
    pk = ApiToken.objects.order_by("pk")[0].pk
    assert run(capsys, "revoke", str(pk)) == f"Token {pk} is revoked.\n"
    revoked, used = map(bearer_of, tokens)
    assert revoked is None
    assert used is not None
    assert used.user == anna
    assert "revoked" in run(capsys, "list").splitlines()[0]
    with pytest.raises(CommandError, match="not the number"):
        run(capsys, "revoke", str(pk))


@pytest.mark.parametrize(
    ("words", "options", "message"),
    [
        (["create", "nobody"], {}, "nobody is not an editor"),
        (["create", "reader"], {}, "reader is not an editor"),
        (["create", "anna"], {"days": 0}, "number of days"),
        (["create", "anna"], {"days": 99_999}, "number of days"),
        (["create"], {}, "Write: create"),
        (["create", "anna", "reader"], {}, "Write: create"),
        (["list", "nobody"], {}, "nobody is not an editor"),
        (["revoke", "x"], {}, "not the number"),
        (["revoke", "9" * 30], {}, "not the number"),
    ],
)
def test_what_it_cannot_do_is_said(capsys, words, options, message):
    with pytest.raises(CommandError, match=message):
        run(capsys, *words, **options)
    assert not ApiToken.objects.exists()
