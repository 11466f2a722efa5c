"""What tests of locks share: work in a thread beside the test, and who waits for a lock."""

from concurrent.futures import ThreadPoolExecutor

from django.db import connection

WAITING = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def is_one_waiting():
    """Whether a transaction of the test's PostgreSQL database waits for a lock."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return cursor.fetchone()[0] > 0


def beside(work):
    """What a thread with a connection of its own, closed at the end, will have found."""

    def run():
        try:
            return work()
        finally:
            connection.close()

    return ThreadPoolExecutor(1).submit(run)
