"""Name alerts and say when they are mailed, in the active language."""

from django.utils.translation import gettext as _

from tracker.alerts.models import Alert
from tracker.alerts.schedule import SCHEDULED
from tracker.events.models import Event
from tracker.events.search.language.parsing import parse
from tracker.events.search.load import load_rows
from tracker.events.search.query import Query
from tracker.events.search.wording.conditions import count_filters
from tracker.events.search.wording.queries import describe_query


def alert_name(alert: Alert) -> str:
    """Return the subscriber's name for the alert, the headline of the event that it follows, or its
    query in words.

    An unconfirmed alert only says how many filters it has, since its words may be a stranger's.
    """
    query = parse(alert.query)
    # A stranger can sign up any address: until it is confirmed, none of their words may reach it.
    if alert.confirmed_at is None:
        return followed_headline(query) or count_filters(query)
    words = query_words(query)
    return alert.name or words[:1].upper() + words[1:]


def query_words(query: Query) -> str:
    """Return what an alert follows: the headline of its single event, or its query in words."""
    return followed_headline(query) or describe_query(query)


def followed_headline(query: Query) -> str:
    """Return the headline of the event, if a query asks for one event by its number and nothing
    else; else "".
    """
    if len(query.event) != 1 or query != Query(event=query.event):
        return ""
    event = Event.objects.filter(pk=int(query.event[0])).first()
    return load_rows([event.itself])[0].headline if event else ""


def describe_rate(alert: Alert) -> str:
    """Return when the alert is mailed, as in "on working days at 07:00 (Europe/Brussels)"."""
    words = alert.get_rate_display()
    if alert.rate not in SCHEDULED:
        return words
    return _("%(days)s at %(hour)02d:00 (%(zone)s)") % {
        "days": words,
        "hour": alert.hour,
        "zone": alert.zone,
    }
