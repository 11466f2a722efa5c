"""What a file, a feed or an answer says of itself."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from tracker.events.publish.export import About
from tracker.events.search.describe import in_words
from tracker.events.search.query import Query
from tracker.feeds.health import coverage

DAY = timedelta(days=1)


def about(query: Query, as_of: datetime, now: datetime, address: str) -> About:
    """Of a query's answer as of a moment, with the coverage of the day before `now`."""
    read = coverage(now - DAY, now)
    return About(
        query=query.text(),
        words=in_words(query),
        as_of=as_of,
        coverage=_("%(read)s of %(feeds)s sources were read in the last 24 hours")
        % {"read": read.read, "feeds": read.feeds},
        licence=licence(),
        address=address,
    )


def licence() -> str:
    """Under which licence the record may be used, or whom to ask."""
    return str(settings.DATA_LICENCE) or _("not stated; ask %s") % settings.CONTACT
