"""Mail links to set a new password to people who ask for one."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from tracker.alerts.delivery.queueing import enqueue_delivery, make_message_id
from tracker.alerts.models import Delivery
from tracker.locks import lock
from tracker.people.audit import Actor, Verb, record_line
from tracker.people.models import PasswordRequest
from tracker.people.roles import LOCK

MAILS = 3  # to one person within an hour
# Anybody who knows an address can ask, so 3 an hour alone would be 72 a day.
MAILS_A_DAY = 6
LIMITS = ((timedelta(hours=1), MAILS), (timedelta(days=1), MAILS_A_DAY))


@transaction.atomic
def request_password(address: str, language: str, network: str, now: datetime) -> int:
    """Queue a mail for each account of an address, and return how many; the caller must not show
    it, since it reveals who has an account. A person gets at most MAILS an hour and MAILS_A_DAY.
    """
    # Taken for every address, so that the timing of the answer reveals nothing either.
    lock(LOCK)
    users = list(User.objects.filter(email__iexact=address, is_active=True).exclude(email=""))
    return sum(_queue(user, language, network, now) for user in users)


def _queue(user: User, language: str, network: str, now: datetime) -> bool:
    asked = PasswordRequest.objects.filter(user=user)
    if any(asked.filter(at__gt=now - within).count() >= mails for within, mails in LIMITS):
        return False
    number = make_message_id("password", user.pk, int(now.timestamp() * 1_000_000))
    delivery = enqueue_delivery(Delivery.Type.PEOPLE, number, now)
    PasswordRequest.objects.create(user=user, language=language, at=now, delivery=delivery)
    record_line(Verb.PASSWORD_ASKED, Actor(network=network), now, user.get_username())
    return True
