"""Describe where exports, feeds and API answers come from."""

from dataclasses import asdict
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from tracker.events.publish.export import Provenance
from tracker.events.search.language.days import day_at
from tracker.events.search.query import Query
from tracker.events.search.wording.queries import describe_query
from tracker.feeds.health import PeriodCoverage, coverage, last_counted, period_coverage
from tracker.partial_date import PartialDate

DAY = timedelta(days=1)
FIRST_DAY = date(2007, 1, 1)  # of the shipped history


def provenance_of(query: Query, as_of: datetime, now: datetime, address: str) -> Provenance:
    """Return the provenance of a query's answer as of a time, including the source coverage of its
    period.
    """
    return Provenance(
        query=query.text(),
        words=describe_query(query),
        as_of=as_of,
        coverage=_coverage_words(query, as_of, now),
        licence=licence_words(),
        address=address,
    )


def _coverage_words(query: Query, as_of: datetime, now: datetime) -> str:
    """Return the source coverage of a query's days in words; without days, of the last 24 hours, or
    at a past moment of the last complete day.
    """
    is_past = as_of < now
    last = last_counted(as_of) if is_past else now.date()
    period = _period(query, as_of.date(), last) or ((last, last) if is_past else None)
    if period is None:
        read = coverage(now - DAY, now)
        words = _("%(read)s of %(feeds)s sources were read in the last 24 hours")
        return words % {"read": read.read, "feeds": read.feeds}
    since, until = period
    read_days = period_coverage(since, until, now.date())
    if since == until:
        return _day_words(since, read_days)
    words = _(
        "sources were read on %(polled)s of the %(days)s days from %(since)s to %(until)s; on"
        " %(poorly)s of these fewer than 80%% of them answered"
    )
    return words % {"since": since, "until": until, **asdict(read_days)}


def _day_words(day: date, read: PeriodCoverage) -> str:
    """Return the source coverage of a single day in words."""
    if not read.polled:
        return _("no source was read on %s") % day
    if read.poorly:
        return _("sources were read on %s; fewer than 80%% of them answered") % day
    return _("sources were read on %s") % day


def _period(query: Query, today: date, latest: date) -> tuple[date, date] | None:
    """Return the first and last day that a query asks for, up to the latest; None if it has no
    dates.
    """
    day = today.isoformat()
    first = PartialDate.parse(day_at(query.since, day)).span
    last = PartialDate.parse(day_at(query.until, day, is_last=True)).span
    if first is None and last is None:
        return None
    since = first[0] if first else FIRST_DAY
    if latest < today:  # later days are still being counted
        since = min(since, latest)
    return since, max(since, min(last[1] if last else latest, latest))


def licence_words() -> str:
    """Return the licence of the record, or whom to ask about it."""
    return str(settings.DATA_LICENCE) or _("not stated; ask %s") % settings.CONTACT
