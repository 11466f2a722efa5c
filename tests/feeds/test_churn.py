import os

import pytest

from tests.feeds.churn import HABITS, simulate
from tests.thorough import examples

# More by hand: CHURN_FEEDS=200 CHURN_DAYS=30 CHURN_PACE=4 pytest tests/feeds/test_churn.py -s
FEEDS = int(os.environ.get("CHURN_FEEDS", examples(len(HABITS), 20)))
DAYS = int(os.environ.get("CHURN_DAYS", examples(1, 3)))
PACE = int(os.environ.get("CHURN_PACE", "1"))


@pytest.mark.django_db
def test_e4_e6_e8_what_publishers_change_makes_no_copies_and_takes_no_evidence(settings):
    settings.FEED_BUDGET = 0
    result = simulate(FEEDS, DAYS, PACE)
    assert result.articles > FEEDS * DAYS // 2 // PACE
    assert result.versions > 0
    print(result)  # noqa: T201 - the figures of a run by hand
    bad = {name: getattr(result, name) for name in ("duplicates", "missing", "overwritten", "late")}
    assert bad == dict.fromkeys(bad, 0)
