"""How often a token was used."""

from ninja import Field

from tracker.web.views.api.schemas.answers import Answer


class UsageDayOut(Answer):
    day: str
    requests: int


class UsageOut(Answer):
    """How often a token was used; `recent` is the sum of `days`, those without a request left out,
    `total` that of all days for which counts are kept.
    """

    name: str
    created_at: str | None
    expires_at: str | None
    used_at: str | None = Field(description="to the hour")
    limit: str = Field(description="as in 120/min")
    days: list[UsageDayOut]
    recent: int
    total: int
