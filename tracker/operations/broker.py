"""Refuse a broker that drops messages when its memory is full."""

import logging

import redis

log = logging.getLogger(__name__)
KEEPS = "noeviction"


class EvictingBrokerError(Exception):
    """A Redis that drops keys when its memory is full; the text says how to set it."""


def check(url: str) -> None:
    """Raises EvictingBrokerError for a Redis whose `maxmemory-policy` is not "noeviction": a full
    one must say so, and not drop queues. One that tells nobody its settings, as hosted ones, is
    taken with a warning; one that does not answer is waited for elsewhere.
    """
    # RabbitMQ and files drop nothing when they are full; a Redis may (fault Q6).
    if not url.startswith(("redis://", "rediss://")):
        return
    try:
        with redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5) as client:
            told = client.config_get("maxmemory-policy")
    except redis.ResponseError as error:
        fields = {"error": str(error)}
        log.warning("the broker does not say whether it keeps messages when full", extra=fields)
        return
    except redis.RedisError:
        return
    policy = str(told.get("maxmemory-policy", KEEPS))
    if policy != KEEPS:
        raise EvictingBrokerError(
            f"The Redis of BROKER_URL drops messages when it is full (maxmemory-policy {policy})."
            f" Set it to {KEEPS}: redis-cli config set maxmemory-policy {KEEPS}"
        )
