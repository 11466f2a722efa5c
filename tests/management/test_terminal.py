"""Outside text steers no terminal, whichever command prints it, and comes in clean."""

import io
import pkgutil
from importlib import import_module

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests import make
from tests.conftest import Answer
from tests.intake import MIXED, ODD, assert_clean
from tracker.feeds.models import Feed
from tracker.management import commands
from tracker.management.command import PlainCommand

NAMES = [found.name for found in pkgutil.iter_modules(commands.__path__)]


@pytest.mark.parametrize("name", NAMES)
def test_n1_every_command_shows_escapes_instead_of_obeying_them(name):
    command = import_module(f"tracker.management.commands.{name}").Command(no_color=True)
    assert isinstance(command, PlainCommand)
    for stream in ("stdout", "stderr"):
        told = io.StringIO()
        setattr(command, stream, type(command.stdout).__base__(told))  # type: ignore[misc]
        getattr(command, stream).write(MIXED)
        assert not ODD.search(told.getvalue())
        assert "\\x1b[31m" in told.getvalue()


@pytest.mark.django_db
def test_n1_a_server_s_reason_is_text(server, local):
    def answer(handler):
        handler.wfile.write(b"HTTP/1.1 404 \x1b[31mNon trouv\xe9\0\r\nContent-Length: 0\r\n\r\n")

    server.pages["/rss"] = Answer(act=answer)
    make.feed(f"{server.url}/rss")
    out, err = io.StringIO(), io.StringIO()
    call_command("poll", stdout=out, stderr=err)
    assert "404 [31mNon trouv" in err.getvalue()
    assert "\x1b[31m" not in err.getvalue()
    assert "\0" not in err.getvalue()
    assert_clean()


@pytest.mark.django_db
def test_arguments_are_stored_clean():
    title, group = MIXED, "fr\x01\ud800"
    call_command(
        "addfeed",
        "https://a.example/rss\x01",
        title=title,
        language=group,
        stdout=io.StringIO(),
    )
    assert_clean()
    assert Feed.objects.get().url == "https://a.example/rss"


@pytest.mark.django_db
def test_an_error_that_repeats_an_argument_is_clean():
    with pytest.raises(CommandError) as error:
        call_command("addfeed", f"ftp://{MIXED}", stderr=io.StringIO())
    assert not ODD.search(str(error.value))
