"""Q6: a Redis that would drop messages is refused."""

import pytest
import redis

from tracker.operations.broker import EvictingBrokerError, check


class Told:
    """Stands for redis.Redis: gives the settings, or raises."""

    def __init__(self, told):
        self.told = told

    def __call__(self, url, **options):
        return self

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def config_get(self, name):
        if isinstance(self.told, Exception):
            raise self.told
        return {name: self.told}


def test_q6_an_evicting_redis_is_refused_with_what_to_do(monkeypatch):
    monkeypatch.setattr("redis.Redis.from_url", Told("allkeys-lru"))
    with pytest.raises(EvictingBrokerError, match=r"allkeys-lru.*config set maxmemory-policy"):
        check("redis://127.0.0.1/0")


@pytest.mark.parametrize(
    "told", ["noeviction", redis.ResponseError("unknown command"), redis.ConnectionError("no")]
)
def test_q6_others_are_taken(monkeypatch, told):
    monkeypatch.setattr("redis.Redis.from_url", Told(told))
    check("rediss://127.0.0.1/0")


@pytest.mark.parametrize("url", ["amqp://guest@127.0.0.1//", "filesystem://localhost"])
def test_q6_other_brokers_are_not_asked(monkeypatch, url):
    monkeypatch.setattr("redis.Redis.from_url", Told(AssertionError("asked")))
    check(url)
