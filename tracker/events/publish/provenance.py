"""Describe where exports, feeds and API answers come from."""

from dataclasses import asdict
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from tracker.events.publish.export import Provenance
from tracker.events.search.describe import describe_query
from tracker.events.search.language.days import day_at
from tracker.events.search.query import Query
from tracker.feeds.health import coverage, period_coverage
from tracker.partial_date import PartialDate

DAY = timedelta(days=1)
FIRST_DAY = date(2007, 1, 1)  # of what the shipped history knows


def provenance_of(query: Query, as_of: datetime, now: datetime, address: str) -> Provenance:
    """Return the provenance of a query's answer as of a time, with how well its period was read."""
    return Provenance(
        query=query.text(),
        words=describe_query(query),
        as_of=as_of,
        coverage=_coverage_words(query, as_of, now),
        licence=licence_words(),
        address=address,
    )


def _coverage_words(query: Query, as_of: datetime, now: datetime) -> str:
    """Return how well the days were read that a query asks for; without days, and for now, those of
    the last 24 hours.
    """
    period = _period(query, min(as_of, now).date())
    if period is None and as_of < now - DAY:
        period = as_of.date(), as_of.date()
    if period is None:
        read = coverage(now - DAY, now)
        words = _("%(read)s of %(feeds)s sources were read in the last 24 hours")
        return words % {"read": read.read, "feeds": read.feeds}
    since, until = period
    read_days = period_coverage(since, until)
    words = _(
        "sources were read on %(polled)s of the %(days)s days from %(since)s to %(until)s; on"
        " %(poorly)s of these fewer than 80%% of them answered"
    )
    return words % {"since": since, "until": until, **asdict(read_days)}


def _period(query: Query, today: date) -> tuple[date, date] | None:
    """Return the first and last day that a query asks for, up to today; None if it names none."""
    day = today.isoformat()
    first = PartialDate.parse(day_at(query.since, day)).span
    last = PartialDate.parse(day_at(query.until, day, is_last=True)).span
    if first is None and last is None:
        return None
    since = first[0] if first else FIRST_DAY
    return since, max(since, min(last[1] if last else today, today))


def licence_words() -> str:
    """Return the licence of the record, or whom to ask."""
    return str(settings.DATA_LICENCE) or _("not stated; ask %s") % settings.CONTACT
