"""Set up the site: the person with the link from the console becomes the first owner, once."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from tracker.feeds.editing.catalogue import (
    CatalogueChoice,
    catalogue_addresses,
    select_catalogue,
    whole_catalogue,
)
from tracker.feeds.editing.changes import remove_feeds
from tracker.feeds.models import Feed
from tracker.feeds.services import import_list
from tracker.locks import lock
from tracker.people.audit import Actor, Verb, record_line
from tracker.people.models import PersonRole
from tracker.people.roles import LOCK, add_person
from tracker.people.site import choose_name

CODE_LENGTH = 32  # hexadecimal digits


def is_set_up() -> bool:
    """Return whether anybody has an account."""
    return User.objects.exists()


def setup_path() -> str:
    """Return the secret path of the set-up page, which lets its visitor become the owner."""
    return reverse("setup", args=[_code()])


def is_setup_code(text: str) -> bool:
    """Return whether a text is the code of the link, in constant time."""
    return constant_time_compare(text, _code())


@transaction.atomic
def set_up(
    owner: User, site_name: str, choice: CatalogueChoice, network: str, now: datetime
) -> int | None:
    """Store the first, validated account as owner, name the site, and follow only these feeds of
    the catalogue; return how many, None if somebody was faster.
    """
    lock(LOCK)
    if is_set_up():
        return None
    actor = Actor(owner.get_username(), network)
    add_person(owner, PersonRole.OWNER, actor, now)
    choose_name(site_name, actor, now)
    import_list(select_catalogue(choice), now=now, by=actor.name)
    chosen = catalogue_addresses(choice)
    # `up` follows the whole catalogue until somebody has chosen.
    others = whole_catalogue() - chosen
    ids = Feed.objects.filter(url__in=others).values_list("pk", flat=True)
    remove_feeds(list(ids), by=actor.name, now=now)
    named = sorted((*choice.languages, *filter(None, choice.countries)))
    record_line(Verb.SETTING, actor, now, "catalogue", "", f"{', '.join(named)}: {len(chosen)}")
    return len(chosen)


def _code() -> str:
    # Derived from the secret key, so that every process knows it and it is stored nowhere.
    digest = salted_hmac("people.setup", "", secret=settings.SECRET_KEY, algorithm="sha256")
    return digest.hexdigest()[:CODE_LENGTH]
