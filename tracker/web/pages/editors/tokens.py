"""Tokens for the API as their editors and the owners see them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils.translation import gettext as _

from tracker.operations.editor_tokens import token_state
from tracker.operations.models import ApiToken
from tracker.web.views.api.usage import TokenUsage, usage_of

OLD_SHOWN = 20  # tokens of a person or of all that are listed, the newest first


@dataclass(frozen=True)
class TokenRow:
    """A token with its requests: of the last 30 days, each day's, and of all days kept; `state` is
    "" for a valid one.
    """

    id: int
    owner: str
    name: str
    state: str
    ends_at: datetime
    used_at: datetime | None
    days: tuple[tuple[date, int], ...]
    recent: int
    total: int


@dataclass(frozen=True)
class TokenTable:
    """Tokens, the newest first; `limit` is as in "120/min", `kept_days` for
    how many days counts are kept, 0 for ever.
    """

    rows: tuple[TokenRow, ...]
    limit: str
    kept_days: int


def token_table(user_ids: Iterable[int] | None, now: datetime) -> TokenTable:
    """Return the tokens of these people, or of all; three queries."""
    tokens = ApiToken.objects.select_related("user").order_by("-pk")
    if user_ids is not None:
        tokens = tokens.filter(user__in=list(user_ids))
    usage = usage_of(list(tokens[:OLD_SHOWN]), now)
    rows = tuple(_token_row(one, now) for one in usage)
    return TokenTable(rows, settings.API_RATE, settings.KEEP_USAGE)


def _token_row(usage: TokenUsage, now: datetime) -> TokenRow:
    token = usage.token
    is_valid = token_state(token, now) == "valid"
    return TokenRow(
        id=token.pk,
        owner=token.user.get_username(),
        name=token.name,
        state="" if is_valid else _("no longer valid"),
        ends_at=token.revoked_at or token.expires_at,
        used_at=token.used_at,
        days=usage.days,
        recent=usage.recent,
        total=usage.total,
    )
