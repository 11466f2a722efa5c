"""What a token is told about itself."""

from django.conf import settings
from django.http import Http404, HttpRequest

from tracker import database_time
from tracker.operations.models import ApiToken
from tracker.web.views.api.editing import TOKEN
from tracker.web.views.api.responses import REFUSALS, refusing_unknown, router, utc_or_none
from tracker.web.views.api.schemas.answers import RefusalOut
from tracker.web.views.api.schemas.usage import UsageDayOut, UsageOut
from tracker.web.views.api.usage import usage_of


def get_usage(request: HttpRequest) -> UsageOut:
    """The requests with this token by day, in UTC: of the last 30 days, and how many are counted in
    all, this one among them.
    """
    token: ApiToken | None = getattr(request, "api_token", None)
    if token is None:
        raise Http404("this token was made by an early version, which counted none")
    (usage,) = usage_of([token], database_time.now())
    return UsageOut(
        name=token.name,
        created_at=utc_or_none(token.created_at),
        expires_at=utc_or_none(token.expires_at),
        used_at=utc_or_none(token.used_at),
        limit=settings.API_RATE,
        days=[UsageDayOut(day=f"{day}", requests=count) for day, count in usage.days],
        recent=usage.recent,
        total=usage.total,
    )


router.get(
    "/usage",
    auth=TOKEN,
    response={200: UsageOut} | REFUSALS | {401: RefusalOut},
    summary="Get the usage of your token",
    url_name="usage",
    tags=["Read"],
    by_alias=True,
)(refusing_unknown("/usage", get_usage))
