"""Forty seconds of the chaos run: see chaos.py."""

import pytest

from tests.faults import chaos
from tests.faults.production import NGINX, REDIS, postgres_programs

pytestmark = pytest.mark.services


def test_parts_that_are_killed_lose_and_double_nothing(tmp_path, say):
    if not (NGINX and REDIS and postgres_programs()):
        pytest.skip("nginx, Redis and PostgreSQL are needed")
    found = chaos.in_a_process(0.7, 7, tmp_path)
    say(f"{found['kills']} kills: {found['killed']}; settled after {found['settled after s']} s")
    say(f"{found['requests']} requests: {found['statuses']}, p95 {found['p95 ms']} ms")
    for what in ("entries lost", "entries doubled", "acts with two events", "hits not mailed"):
        assert found[what] == 0, found
    assert found["events without a hit"] == 0
    assert found["mails doubled"] <= found["kills"]
    assert set(found["statuses"]) <= {"200", "304", "404", "503"}
