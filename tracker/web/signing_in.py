"""How long who tries passwords must wait; django-axes asks before each password is looked at.

Nobody can lock a name: guesses make those wait who guess, and everybody from networks that the
name never signed in from, but not its editor at home.
"""

import logging
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from axes.handlers.base import AxesHandler
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from tracker.locks import lock
from tracker.people import audit
from tracker.people.audit import Actor, Verb
from tracker.web.models import SignedInFrom, SignInAttempt
from tracker.web.pages.render import render_page
from tracker.web.pages.site import LockedPage
from tracker.web.senders import address_of, network_of

log = logging.getLogger(__name__)
A_DAY = timedelta(days=1)
KNOWN_FOR = timedelta(days=90)  # a network, after the last time that somebody signed in from it
DOUBLINGS = 20  # after which a wait grows no more, whatever its limit


@dataclass(frozen=True)
class Limit:
    """So many attempts are free within a time; each further one doubles the wait, up to the
    longest.
    """

    free: int
    first: timedelta = timedelta(seconds=15)
    longest: timedelta = timedelta(minutes=15)
    within: timedelta = A_DAY


# Waits, no locks, and what a known network is spared: decision D99.
PAIR = Limit(5)  # one name from one sender
SENDER = Limit(10)
NAME = Limit(10)  # from whatever sender
NETWORK = Limit(20)
TOTAL = Limit(100, timedelta(seconds=1), longest=timedelta(minutes=1), within=timedelta(hours=1))


def wait(times: Sequence[datetime], limit: Limit, now: datetime) -> timedelta:
    """How long to wait after attempts at these times, the latest first."""
    count = sum(at > now - limit.within for at in times)
    if count < limit.free:
        return timedelta()
    doublings: int = min(count - limit.free, DOUBLINGS)
    delay = min(limit.longest, limit.first * (1 << doublings))
    return max(timedelta(), times[0] + delay - now)


@dataclass(frozen=True)
class Try:
    """Who tries a password, in keyed hashes."""

    name: str
    sender: str
    network: str


def try_of(request: HttpRequest, name: str) -> Try:
    """Who tries to sign in under a name, in whatever spelling."""
    # Django compares names after NFKC: each other spelling would bring free tries.
    folded = unicodedata.normalize("NFKC", name).casefold()
    plain = "".join(c for c in folded if c.isprintable() and not c.isspace())
    return Try(
        _hash("name", plain),
        _hash("sender", address_of(request)),
        _hash("network", network_of(request)),
    )


def take_turn(attempt: Try, now: datetime) -> timedelta:
    """Counts an attempt before its password is looked at; how long it must wait instead, which
    counts nothing.
    """
    with transaction.atomic():
        # Thirty tries at once would all see the same count (fault W2).
        lock("signing in")
        longest = max(_waits(attempt, now))
        if longest <= timedelta():
            SignInAttempt.objects.filter(at__lte=now - A_DAY).delete()
            SignInAttempt.objects.create(
                name=attempt.name, sender=attempt.sender, network=attempt.network, at=now
            )
        return longest


def _waits(attempt: Try, now: datetime) -> Iterable[timedelta]:
    own = SignInAttempt.objects.filter(sender=attempt.sender)
    yield _wait(own.filter(name=attempt.name), PAIR, now)
    yield _wait(own, SENDER, now)
    # Strangers can fill these three limits; an editor at home does not wait for them.
    if not SignedInFrom.objects.filter(
        name=attempt.name, network=attempt.network, at__gt=now - KNOWN_FOR
    ).exists():
        yield _wait(SignInAttempt.objects.filter(name=attempt.name), NAME, now)
        yield _wait(SignInAttempt.objects.filter(network=attempt.network), NETWORK, now)
        yield _wait(SignInAttempt.objects.all(), TOTAL, now)


def _wait(attempts: QuerySet[SignInAttempt], limit: Limit, now: datetime) -> timedelta:
    latest = attempts.order_by("-at").values_list("at", flat=True)
    return wait(list(latest[: limit.free + DOUBLINGS]), limit, now)


def signed_in(attempt: Try, now: datetime) -> None:
    """Forgets the attempts of a name by this sender, whose password was right, but none of its
    attempts at other names; and keeps the network in mind.
    """
    SignInAttempt.objects.filter(name=attempt.name, sender=attempt.sender).delete()
    SignedInFrom.objects.filter(at__lte=now - KNOWN_FOR).delete()
    SignedInFrom.objects.update_or_create(
        name=attempt.name, network=attempt.network, defaults={"at": now}
    )


class Handler(AxesHandler):  # type: ignore[misc]
    """What django-axes calls around each sign-in."""

    def is_allowed(
        self, request: HttpRequest, credentials: Mapping[str, Any] | None = None
    ) -> bool:
        name = str((credentials or {}).get("username") or "")
        now = timezone.now()
        request.sign_in_wait = take_turn(  # type: ignore[attr-defined]
            try_of(request, name), now
        )
        if not request.sign_in_wait:  # type: ignore[attr-defined]
            return True
        about, network = _known_name(name), network_of(request)
        audit.record_refused_sign_in(network, now, about)
        log.warning(
            "sign-in refused after too many attempts", extra={"person": about, "network": network}
        )
        return False

    def user_login_failed(
        self, sender: Any, credentials: Any, request: Any = None, **kwargs: Any
    ) -> None:
        """It was counted already; who must wait gets the page that says so."""
        if getattr(request, "sign_in_wait", None):
            request.axes_locked_out = True
            return
        about, network = _known_name(str(credentials.get("username") or "")), network_of(request)
        audit.record_line(Verb.SIGN_IN_FAILED, Actor(network=network), timezone.now(), about)
        log.warning("wrong password at sign-in", extra={"person": about, "network": network})

    def user_logged_in(self, sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
        now, name = timezone.now(), user.get_username()
        signed_in(try_of(request, name), now)
        audit.record_line(Verb.SIGNED_IN, Actor(name, network_of(request)), now, name)
        log.info("signed in", extra={"person": name, "network": network_of(request)})

    def user_logged_out(self, sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
        if user is not None:
            name = user.get_username()
            actor = Actor(name, network_of(request))
            audit.record_line(Verb.SIGNED_OUT, actor, timezone.now(), name)

    def post_save_access_attempt(self, instance: Any, **kwargs: Any) -> None:
        """Rows of axes' own are from before, and are forgotten within a day (retention.py)."""

    def post_delete_access_attempt(self, instance: Any, **kwargs: Any) -> None:
        """As above."""

    def reset_attempts(
        self,
        *,
        ip_address: str | None = None,
        username: str | None = None,
        ip_or_username: bool = False,
    ) -> int:
        """Forgets attempts (`manage.py axes_reset`), of everybody or of one name or address."""
        request = HttpRequest()
        request.META["REMOTE_ADDR"] = ip_address or ""
        attempt = try_of(request, username or "")
        conditions = [Q(sender=attempt.sender)] if ip_address else []
        conditions += [Q(name=attempt.name)] if username else []
        rows = SignInAttempt.objects.all()
        if conditions:
            rows = rows.filter(
                conditions[0] | conditions[-1] if ip_or_username else conditions[0] & conditions[-1]
            )
        return int(rows.delete()[0])


def must_wait(request: HttpRequest, answer: Any = None, credentials: Any = None) -> HttpResponse:
    """The page for whoever must wait, and for how long."""
    seconds = int(request.sign_in_wait.total_seconds()) + 1  # type: ignore[attr-defined]
    page = LockedPage(seconds, -(-seconds // 60))
    response = render_page(request, "web/locked.html", page, status=429)
    response["Retry-After"] = str(seconds)
    return response


def _known_name(name: str) -> str:
    """The name if an account has it, else "": what is typed there may be a password."""
    return name if User.objects.filter(username=name).exists() else ""


def _hash(what: str, text: str) -> str:
    return salted_hmac(f"sign-in {what}", text, secret=settings.SECRET_KEY).hexdigest()
