"""Store what owners choose for the whole site."""

from datetime import datetime

from django.db import DatabaseError, transaction

from tracker.people.audit import Actor, Verb, record_line
from tracker.people.models import SITE_NAME_LIMIT, SiteSetting
from tracker.site.name import forget_name
from tracker.text import clean_text

NAME = "site_name"


def chosen_name() -> str:
    """Return the site's name chosen by an owner, "" if none was chosen."""
    try:
        return SiteSetting.objects.filter(key=NAME).values_list("value", flat=True).first() or ""
    except DatabaseError:  # error pages also show a name
        return ""


@transaction.atomic
def choose_name(text: str, actor: Actor, now: datetime) -> bool:
    """Name the site, "" for the name of the product; return whether it differs."""
    before, after = chosen_name(), clean_text(text, SITE_NAME_LIMIT)
    if before == after:
        return False
    SiteSetting.objects.update_or_create(key=NAME, defaults={"value": after})
    record_line(Verb.SETTING, actor, now, NAME, before, after)
    transaction.on_commit(forget_name)
    return True
