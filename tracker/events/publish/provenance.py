"""Describe where exports, feeds and API answers come from."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from tracker.events.publish.export import Provenance
from tracker.events.search.describe import describe_query
from tracker.events.search.query import Query
from tracker.feeds.health import coverage

DAY = timedelta(days=1)


def provenance_of(query: Query, as_of: datetime, now: datetime, address: str) -> Provenance:
    """Return the provenance of a query's answer as of a time, with the coverage of the day before
    `now`.
    """
    read = coverage(now - DAY, now)
    return Provenance(
        query=query.text(),
        words=describe_query(query),
        as_of=as_of,
        coverage=_("%(read)s of %(feeds)s sources were read in the last 24 hours")
        % {"read": read.read, "feeds": read.feeds},
        licence=licence_words(),
        address=address,
    )


def licence_words() -> str:
    """Return the licence of the record, or whom to ask."""
    return str(settings.DATA_LICENCE) or _("not stated; ask %s") % settings.CONTACT
