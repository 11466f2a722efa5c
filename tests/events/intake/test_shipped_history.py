"""The history that is shipped, imported once for all tests of this file."""

import pytest
from django.db import transaction

from tests.conftest import NOW
from tracker.events.consensus.links import antecedents
from tracker.events.intake.history_csv import SHIPPED_HISTORY
from tracker.events.intake.history_import import import_history
from tracker.events.models import Link, Report, Revision

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def first(django_db_setup, django_db_blocker):
    """What the first import did; each test rolls back what it does itself."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield import_history(SHIPPED_HISTORY.read_bytes(), NOW)
        transaction.set_rollback(True)


def test_the_history_is_whole_and_a_repeat_adds_nothing(first):
    assert (first.added, first.refused) == (692, ())
    again = import_history(SHIPPED_HISTORY.read_bytes(), NOW)
    assert (again.added, again.known) == (0, 692)
    assert Report.objects.filter(event__ref="twitter-ad_ban-rt-sputnik-2017-10").exists()
    assert Link.objects.filter(type="undoes").count() == 110
    assert Revision.objects.filter(field="event").count() == 692
    before = Revision.objects.count()
    assert import_history(SHIPPED_HISTORY.read_bytes(), NOW).changed == 0
    assert Revision.objects.count() == before


def test_the_act_that_is_undone_is_proposed_first_in_eight_of_ten(first):
    told = Link.objects.filter(type="undoes", source__kind="reinstatement")
    right = [
        any(one.target == link.target_id for one in antecedents(link.source)[:1]) for link in told
    ]
    assert len(right) >= 50
    assert sum(right) / len(right) >= 0.8
