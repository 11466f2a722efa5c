"""Where public archives have an act."""

import pytest

from tests import make
from tracker.events.publish.platform_links import archive_links
from tracker.events.search.load import load_rows

pytestmark = pytest.mark.django_db


def links_of(**values):
    (row,) = load_rows([make.event("", **values)])
    return [(link.code, link.address) for link in archive_links(row, row.codes)]


def test_statements_of_the_week_with_the_same_codes():
    ((code, address),) = links_of(kind="content_removal", occurred="2026-11-26", grounds="hate")
    assert code == "statements"
    assert address == (
        "https://transparency.dsa.ec.europa.eu/statement?created_at_start=23-11-2026"
        "&created_at_end=29-11-2026"
        "&category%5B%5D=STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH"
        "&decision_visibility%5B%5D=DECISION_VISIBILITY_CONTENT_REMOVED"
    )


@pytest.mark.parametrize("occurred", ["2017-10-26", "2026-11", ""])
def test_no_statements_before_the_database_or_without_a_day(occurred):
    assert links_of(kind="content_removal", occurred=occurred) == []


def test_a_change_of_rules_leads_to_the_archived_terms():
    ((code, address),) = links_of(
        kind="policy_change", platforms=["youtube", "odysee"], occurred="2026-11-26"
    )
    assert code == "terms"
    assert address == (
        "https://github.com/OpenTermsArchive/pga-versions/commits/main/YouTube"
        "?since=2026-10-27&until=2026-12-26"
    )
