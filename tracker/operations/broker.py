"""Refuse a broker that drops messages when its memory is full."""

import logging

log = logging.getLogger(__name__)
KEEPS = "noeviction"


class EvictingBrokerError(Exception):
    """A Redis that drops keys when its memory is full; the message says how to configure it."""


def check(url: str) -> None:
    """Raise EvictingBrokerError for a Redis whose `maxmemory-policy` is not "noeviction": a full
    one must report it instead of dropping queues. One that does not show its settings, such as a
    hosted one, is accepted with a warning; one that does not answer is waited for elsewhere.
    """
    # RabbitMQ and files drop nothing when full; a Redis may (fault Q6).
    if not url.startswith(("redis://", "rediss://")):
        return
    # Imported where it is needed: it takes a tenth of the start of every process.
    import redis  # noqa: PLC0415

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
