"""The first start: asked first, by whoever has the link from the console, once."""

import re
from email.utils import parseaddr

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.management import call_command
from django.core.management.base import CommandError

from tests import make
from tests.conftest import NOW
from tracker.feeds.editing.catalogue import CATALOGUE
from tracker.feeds.models import Feed, FeedChange
from tracker.feeds.services import import_opml
from tracker.people.models import AuditLine
from tracker.people.roles import owners
from tracker.people.setup import setup_path
from tracker.site.name import mail_sender

pytestmark = pytest.mark.django_db
GOOD = {
    "languages": ["fr", "ar"],
    "subjects": ["World news", "Regulators and courts"],
    "username": "anna",
    "address": "anna@example.org",
    "password1": "quite-open-sesame",
    "password2": "quite-open-sesame",
}


def test_the_first_owner_chooses_feeds_and_is_signed_in(client):
    page = client.get(setup_path()).content.decode()
    assert "English (160)" in page
    answer = client.post(setup_path(), GOOD, follow=True)
    count = Feed.objects.count()
    assert f"{count} feeds are followed now." in answer.content.decode()
    assert 0 < count < 20
    assert set(Feed.objects.values_list("language", flat=True)) == {"fr", "ar"}
    assert set(Feed.objects.values_list("group", flat=True)) <= set(GOOD["subjects"])
    assert [owner.email for owner in owners()] == ["anna@example.org"]
    assert client.get("/people").status_code == 200
    assert set(FeedChange.objects.values_list("by", flat=True)) == {"anna"}
    verbs = set(AuditLine.objects.values_list("verb", flat=True))
    assert verbs == {"person_added", "setting", "signed_in"}


def test_the_link_is_gone_once_somebody_has_an_account(client):
    client.post(setup_path(), GOOD)
    client.post("/logout")
    for path in (setup_path(), "/setup"):
        assert client.get(path).status_code == 404
    assert client.post(setup_path(), GOOD | {"username": "mallory"}).status_code == 404
    assert User.objects.count() == 1
    with pytest.raises(CommandError, match="is set up"):
        call_command("setuplink")
    User.objects.update(is_superuser=False)
    with pytest.raises(CommandError, match="addeditor NAME --role owner"):
        call_command("setuplink")


@pytest.mark.parametrize("code", ["x", "0" * 32, "é"])
def test_a_stranger_without_the_link_takes_over_nothing(client, code):
    assert client.get(f"/setup/{code}").status_code == 404
    assert client.post(f"/setup/{code}", GOOD).status_code == 404
    page = client.get("/setup").content.decode()
    assert setup_path() not in page
    assert "on the console" in page
    assert not User.objects.exists()


def test_the_link_is_another_for_each_installation(settings):
    path = setup_path()
    settings.SECRET_KEY = "another"
    assert setup_path() != path


def test_what_is_wrong_is_named_and_nothing_is_stored(client):
    answer = client.post(setup_path(), GOOD | {"password2": "x", "languages": ["xx"]})
    assert answer.status_code == 400
    assert not User.objects.exists()
    assert not Feed.objects.exists()


def test_feeds_of_the_catalogue_that_were_not_chosen_are_removed_and_others_stay(client):
    import_opml(CATALOGUE.read_bytes(), now=NOW)
    ours = make.feed("https://ours.example/rss")
    client.post(setup_path(), GOOD)
    followed = Feed.objects.followed()
    assert ours in followed
    assert set(followed.exclude(pk=ours.pk).values_list("language", flat=True)) == {"fr", "ar"}
    assert Feed.objects.filter(removed_at__isnull=False).count() > 200


def test_no_feed_at_all_may_be_chosen(client):
    none = GOOD | {"languages": [], "subjects": []}
    assert client.post(setup_path(), none).status_code == 302
    assert not Feed.objects.exists()


def test_the_command_shows_the_link(capsys):
    call_command("setuplink")
    assert capsys.readouterr().out.strip().endswith(setup_path())


def test_the_name_of_the_site_is_shown_on_pages_in_feeds_and_mails(client, settings):
    client.post(setup_path(), GOOD | {"site_name": " Our <b>Watch "})
    settings.SITE_NAME = ""
    cache.clear()
    page = client.get("/").content.decode()
    assert "· Our &lt;b&gt;Watch</title>" in page
    assert "Platform Policy Tracker" not in page
    for path in ("/events.atom", "/events.json", "/events.ics", "/sources.opml"):
        assert "Our " in client.get(path).content.decode(), path
        assert "Platform Policy Tracker:" not in client.get(path).content.decode(), path
    line = AuditLine.objects.get(verb="setting", about="site_name")
    assert (line.by, line.after) == ("anna", "Our <b>Watch")
    settings.DEFAULT_FROM_EMAIL = "tracker@watch.example"
    assert parseaddr(mail_sender()) == ("Our <b>Watch", "tracker@watch.example")
    settings.SITE_NAME = "Set by hand"
    assert mail_sender() == "Set by hand <tracker@watch.example>"
    settings.DEFAULT_FROM_EMAIL = "Desk <tracker@watch.example>"
    assert mail_sender() == "Desk <tracker@watch.example>"
    assert "· Set by hand</title>" in client.get("/about").content.decode()


def test_feeds_are_chosen_by_country_too(client):
    choice = GOOD | {"languages": ["en", "fr"], "countries": ["FR", "none"]}
    client.post(setup_path(), choice | {"subjects": ["World news", "Regulators and courts"]})
    assert set(Feed.objects.values_list("country", flat=True)) == {"FR", ""}
    assert set(Feed.objects.values_list("language", flat=True)) == {"en", "fr"}


def test_the_feeds_of_a_choice_are_counted_before_anything_is_stored(client):
    choice = {"languages": ["fr"], "subjects": ["World news"], "site_name": "Ours", "act": "count"}
    page = client.post(setup_path(), choice).content.decode()
    assert re.search(r"\d+ feeds are chosen\.", page)
    assert 'value="Ours"' in page
    assert not User.objects.exists()
