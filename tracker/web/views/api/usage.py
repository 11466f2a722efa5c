"""Count the requests with each API token, and report the counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import F, Sum
from django.http import HttpRequest

from tracker import database_time
from tracker.operations.editor_tokens import bearer_of
from tracker.operations.models import ApiToken
from tracker.web.models import TokenUse

SHOWN_DAYS = 30
SCHEME = "bearer "


@dataclass(frozen=True)
class TokenUsage:
    """A token's requests: for each of the last SHOWN_DAYS, latest first, without days that had
    none; their sum; and the total of all days that are kept.
    """

    token: ApiToken
    days: tuple[tuple[date, int], ...]
    recent: int
    total: int


def count_use(token: ApiToken) -> None:
    """Count a request with this token today: one statement, up to three for the day's first."""
    today = database_time.estimate().date()
    uses = TokenUse.objects.filter(token=token)
    if uses.filter(day=today).update(requests=F("requests") + 1):
        return
    with connection.cursor() as cursor:
        # Two requests may both be the first of the day, and both must count.
        cursor.execute(
            f"INSERT INTO {TokenUse._meta.db_table} AS u (token_id, day, requests)"  # noqa: S608 - no value is written into it
            " VALUES (%s, %s, 1) ON CONFLICT (token_id, day)"
            " DO UPDATE SET requests = u.requests + 1",
            [token.pk, today],
        )
    if settings.KEEP_USAGE:
        uses.filter(day__lt=today - timedelta(days=settings.KEEP_USAGE)).delete()


def count_reading(request: HttpRequest) -> None:
    """Count a request that needs no token but carries a valid one; an invalid one is ignored."""
    header = request.headers.get("Authorization", "")
    if not header.lower().startswith(SCHEME):
        return
    bearer = bearer_of(header[len(SCHEME) :].strip())
    if bearer and bearer.token:
        count_use(bearer.token)


def usage_of(tokens: Sequence[ApiToken], now: datetime) -> tuple[TokenUsage, ...]:
    """Return the usage of tokens, in their order; two queries."""
    since = now.date() - timedelta(days=SHOWN_DAYS - 1)
    rows = TokenUse.objects.filter(token__in=tokens)
    totals = dict(rows.order_by().values_list("token").annotate(total=Sum("requests")))
    days: dict[int, list[tuple[date, int]]] = {}
    for use in rows.filter(day__gte=since).order_by("-day"):
        days.setdefault(use.token_id, []).append((use.day, use.requests))
    return tuple(
        TokenUsage(
            token=token,
            days=tuple(days.get(token.pk, ())),
            recent=sum(count for _, count in days.get(token.pk, ())),
            total=totals.get(token.pk, 0),
        )
        for token in tokens
    )
