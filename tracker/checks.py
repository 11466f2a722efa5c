"""Checks that refuse a half-embedded production form (https outside, SQLite or files inside) and
bands that are none, and say when the sentence model is missing.
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Caution
from django.db import connection

from tracker import schema
from tracker.classify import encoder


@register()
def production_form(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """In the production form (SITE_URL is https) every embedded part is an error that names its
    variable.
    """
    if not settings.PRODUCTION:
        return []
    embedded = {
        "SECRET_KEY": settings.SECRET_KEY_IS_EMBEDDED,
        "DATABASE_URL": connection.vendor == "sqlite",
        "BROKER_URL": settings.CELERY_BROKER_URL.startswith("filesystem:"),
        "EMAIL_URL": settings.EMAIL_IS_EMBEDDED,
    }
    return [
        Error(
            f"SITE_URL is https, so this is the production form, but {name} is not set for it.",
            hint=f"Set {name}; docs/operate.md has an example. For a trial, leave SITE_URL out.",
            id=f"tracker.E{number:03}",
        )
        for number, (name, is_embedded) in enumerate(embedded.items(), 1)
        if is_embedded
    ]


@register()
def bands(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """The bands of confidence stand in their order, between 0 and 1."""
    if 0 < settings.CLASSIFY_UNSURE <= settings.CLASSIFY_SHOWN <= 1:
        return []
    hint = "Set both between 0 and 1, CLASSIFY_UNSURE not above CLASSIFY_SHOWN."
    message = "CLASSIFY_UNSURE and CLASSIFY_SHOWN are no bands of confidence."
    return [Error(message, hint=hint, id="tracker.E005")]


@register()
def sentence_model(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Without the sentence model the classifier goes on, less well."""
    is_ready, message = encoder.status()
    return [] if is_ready else [Caution(message, id="tracker.W001")]


@register(Tags.database)
def database_fits(
    app_configs: Sequence[Any] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """The database is neither older nor newer than the code, and its tables are what they should
    be.
    """
    if not databases:
        return []
    found = schema.refused()
    return [Error(found.text, hint=f"Run: {found.command}", id="tracker.E006")] if found else []
