"""Refuse a half-embedded production form (https outside, SQLite or files inside), invalid
confidence bands and open webhooks; warn if the sentence model is missing or proxies are not
counted.
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Caution
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from tracker.classify import encoder
from tracker.feeds.articles import LIBRETRANSLATE, OPENAI
from tracker.operations import schema

SECRET_LENGTH = 16  # characters, at least


@register()
def production_form(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Report an error for every embedded part in the production form (SITE_URL is https), naming
    its variable.
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
    """Check that the confidence bands are in order, between 0 and 1."""
    if 0 < settings.CLASSIFY_UNSURE <= settings.CLASSIFY_SHOWN <= 1:
        return []
    hint = "Set both between 0 and 1, CLASSIFY_UNSURE not above CLASSIFY_SHOWN."
    message = "CLASSIFY_UNSURE and CLASSIFY_SHOWN are out of order or range."
    return [Error(message, hint=hint, id="tracker.E005")]


@register()
def article_services(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Check that the translator's type is known, and that an archive's address has a placeholder
    for a page's.
    """
    messages: list[CheckMessage] = []
    if settings.TRANSLATE_KIND not in {LIBRETRANSLATE, OPENAI}:
        hint = f"Set it to {LIBRETRANSLATE} or {OPENAI}."
        message = f"TRANSLATE_KIND is “{settings.TRANSLATE_KIND}”, which is unknown."
        messages.append(Error(message, hint=hint, id="tracker.E008"))
    for name in ("ARCHIVE_URL", "ARCHIVE_SAVE_URL"):
        template = getattr(settings, name)
        if template and "{url}" not in template:
            hint = "Write {url} where the address of the article belongs, or leave it empty."
            messages.append(Error(f"{name} has no {{url}} in it.", hint=hint, id="tracker.E009"))
    return messages


@register()
def sentence_model(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Warn if the sentence model is missing; the classifier works without it, less well."""
    is_ready, message = encoder.status()
    return [] if is_ready else [Caution(message, id="tracker.W001")]


# With this tag no command connects to the database just to run its checks.
@register(Tags.database)
def database_fits(
    app_configs: Sequence[Any] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Check that the database is neither older nor newer than the code, and has the right
    tables.
    """
    if not databases:
        return []
    misfit = schema.refused()
    return [Error(misfit.text, hint=f"Run: {misfit.command}", id="tracker.E006")] if misfit else []


def has_hook_secret() -> bool:
    """Return whether a mail provider's webhooks authenticate the caller, by a name and a
    password.
    """
    secret = str(settings.ANYMAIL.get("WEBHOOK_SECRET", ""))
    name, colon, password = secret.partition(":")
    return bool(name and colon and len(password) >= SECRET_LENGTH)


@register()
def provider_hooks(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Check that a provider's webhooks are protected, since they suppress addresses."""
    if not settings.MAIL_PROVIDER or has_hook_secret():
        return []
    return [
        Error(
            f"MAIL_PROVIDER is {settings.MAIL_PROVIDER}, but ANYMAIL_WEBHOOK_SECRET is not"
            " a name and a long password: anybody could say that a reader complained, and end"
            " their mails.",
            hint=f"Set it to name:password, with a password of {SECRET_LENGTH} characters or more,"
            " and give the provider https://name:password@… as the address of its webhooks.",
            id="tracker.E007",
        )
    ]


@register(Tags.security, deploy=True)
def proxies(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Warn if no proxy is counted in the production form, where one must terminate TLS."""
    if not settings.PRODUCTION or settings.NINJA_NUM_PROXIES:
        return []
    return [
        Caution(
            "SITE_URL is https, so a proxy stands before the site, but PROXIES is 0: all readers"
            " look like one and share the limits on sign-ups, sign-ins and the API.",
            hint="Set PROXIES to the number of proxies that add to X-Forwarded-For, mostly 1.",
            id="tracker.W002",
        )
    ]


def refuse_open_hooks() -> None:
    """Raise ImproperlyConfigured if the site must not start, since a WSGI server runs no checks."""
    for message in provider_hooks(None):
        raise ImproperlyConfigured(f"{message.msg} {message.hint}")
