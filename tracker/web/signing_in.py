"""Limit password guessing; django-axes asks this module before each password is checked. Nobody can
lock a name: guessers must wait, and so must everybody from networks that the name never signed in
from, but not its editor at home.
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

from tracker.locks import by_ring, lock
from tracker.people import audit
from tracker.people.audit import Actor, Verb
from tracker.web.models import SignedInFrom, SignInAttempt
from tracker.web.pages.render import render_page
from tracker.web.pages.site import LockedPage
from tracker.web.senders import network_of, sender_key

log = logging.getLogger(__name__)
A_DAY = timedelta(days=1)
KNOWN_FOR = timedelta(days=90)  # how long a network stays known after the last sign-in from it
DOUBLINGS = 20  # after which a wait stops growing, whatever its limit


@dataclass(frozen=True)
class Limit:
    """A number of attempts is free within a time; each further one doubles the wait, up to the
    longest.
    """

    free: int
    first: timedelta = timedelta(seconds=15)
    longest: timedelta = timedelta(minutes=15)
    within: timedelta = A_DAY


# Waits instead of locks, and exemptions of known networks: decision D99.
PAIR = Limit(5)  # one name from one sender
SENDER = Limit(10)
NAME = Limit(10)  # from any sender
NETWORKS = (Limit(15), Limit(20))  # around the sender, the narrowest first
TOTAL = Limit(100, timedelta(seconds=1), longest=timedelta(minutes=1), within=timedelta(hours=1))


def wait(times: Sequence[datetime], limit: Limit, now: datetime) -> timedelta:
    """Return how long to wait after attempts at these times, the latest first."""
    count = sum(at > now - limit.within for at in times)
    if count < limit.free:
        return timedelta()
    doublings: int = min(count - limit.free, DOUBLINGS)
    delay = min(limit.longest, limit.first * (1 << doublings))
    return max(timedelta(), times[0] + delay - now)


@dataclass(frozen=True)
class Try:
    """An attempt to sign in, as keyed hashes; the sender's begins with those of its networks."""

    name: str
    sender: str
    network: str


def try_of(request: HttpRequest, name: str) -> Try:
    """Return the attempt to sign in under a name, in any spelling."""
    # Django compares names after NFKC, so other spellings would give free attempts.
    folded = unicodedata.normalize("NFKC", name).casefold()
    plain = "".join(c for c in folded if c.isprintable() and not c.isspace())
    return Try(
        _hash("name", plain),
        sender_key(request, "sign-in sender"),
        _hash("network", network_of(request)),
    )


def try_without_name(request: HttpRequest, means: str) -> Try:
    """Return the attempt of somebody who has not said who they are. Attempts share a name only
    within a network: a stranger's visits must not make everybody else wait.
    """
    return try_of(request, f"{means} from {network_of(request)}")


def take_turn(attempt: Try, now: datetime) -> timedelta:
    """Count an attempt before its password is checked. If it must wait instead, return for how
    long; nothing is counted then.
    """
    with transaction.atomic():
        # Thirty simultaneous attempts would all see the same count (fault W2).
        lock("signing in")
        longest = max(_waits(attempt, now))
        if longest <= timedelta():
            SignInAttempt.objects.filter(at__lte=now - A_DAY).delete()
            SignInAttempt.objects.create(
                name=attempt.name, sender=attempt.sender, network=attempt.network, at=now
            )
        return longest


def _waits(attempt: Try, now: datetime) -> Iterable[timedelta]:
    own, *around = by_ring(SignInAttempt.objects.all(), "sender", attempt.sender)
    yield _wait(own.filter(name=attempt.name), PAIR, now)
    yield _wait(own, SENDER, now)
    # Strangers can exhaust these limits; they do not apply to an editor at home.
    if not SignedInFrom.objects.filter(
        name=attempt.name, network=attempt.network, at__gt=now - KNOWN_FOR
    ).exists():
        yield _wait(SignInAttempt.objects.filter(name=attempt.name), NAME, now)
        for attempts, limit in zip(around, NETWORKS, strict=True):
            yield _wait(attempts, limit, now)
        yield _wait(SignInAttempt.objects.all(), TOTAL, now)


def _wait(attempts: QuerySet[SignInAttempt], limit: Limit, now: datetime) -> timedelta:
    latest = attempts.order_by("-at").values_list("at", flat=True)
    return wait(list(latest[: limit.free + DOUBLINGS]), limit, now)


def signed_in(attempt: Try, now: datetime) -> None:
    """Forget the attempts of a name by this sender, whose password was right, but none of its
    attempts at other names; and remember the network.
    """
    SignInAttempt.objects.filter(name=attempt.name, sender=attempt.sender).delete()
    SignedInFrom.objects.filter(at__lte=now - KNOWN_FOR).delete()
    SignedInFrom.objects.update_or_create(
        name=attempt.name, network=attempt.network, defaults={"at": now}
    )


class Handler(AxesHandler):  # type: ignore[misc]
    """The handler that django-axes calls around each sign-in."""

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
        """Show the page to people who must wait; the attempt was already counted."""
        if getattr(request, "sign_in_wait", None):
            request.axes_locked_out = True
            return
        about, network = _known_name(str(credentials.get("username") or "")), network_of(request)
        audit.record_line(Verb.SIGN_IN_FAILED, Actor(network=network), timezone.now(), about)
        log.warning("wrong password at sign-in", extra={"person": about, "network": network})

    def user_logged_in(self, sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
        now, name = timezone.now(), user.get_username()
        signed_in(try_of(request, name), now)
        means = getattr(request, "sign_in_means", "")
        audit.record_line(Verb.SIGNED_IN, Actor(name, network_of(request)), now, name, "", means)
        log.info("signed in", extra={"person": name, "network": network_of(request)})

    def user_logged_out(self, sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
        if user is not None:
            name = user.get_username()
            actor = Actor(name, network_of(request))
            audit.record_line(Verb.SIGNED_OUT, actor, timezone.now(), name)

    def post_save_access_attempt(self, instance: Any, **kwargs: Any) -> None:
        """Do nothing: axes' own rows are old, and deleted within a day (retention.py)."""

    def post_delete_access_attempt(self, instance: Any, **kwargs: Any) -> None:
        """Do nothing, as above."""

    def reset_attempts(
        self,
        *,
        ip_address: str | None = None,
        username: str | None = None,
        ip_or_username: bool = False,
    ) -> int:
        """Forget attempts (`manage.py axes_reset`), of everybody or of one name or address."""
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
    """Return the page for people who must wait, and for how long."""
    seconds = int(request.sign_in_wait.total_seconds()) + 1  # type: ignore[attr-defined]
    page = LockedPage(seconds, -(-seconds // 60))
    response = render_page(request, "web/locked.html", page, status=429)
    response["Retry-After"] = str(seconds)
    return response


def _known_name(name: str) -> str:
    """Return the name if an account has it, else "", since people sometimes type their password
    there.
    """
    return name if User.objects.filter(username=name).exists() else ""


def _hash(what: str, text: str) -> str:
    return salted_hmac(f"sign-in {what}", text, secret=settings.SECRET_KEY).hexdigest()
