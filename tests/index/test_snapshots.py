"""Readers of a snapshot wait for nobody."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event as Signal

import pytest
from django.db import connection

from tests import make
from tracker.events.search import find
from tracker.events.search.fulltext import find_words
from tracker.events.search.language.parsing import parse
from tracker.events.search.query import Query
from tracker.index.snapshots import Snapshots, TooManyChangesError

LIMIT = 30  # seconds after which a test that waits for ever fails


class Counted(Snapshots[int]):
    """Snapshots that are numbers; `rows` is what the table would give."""

    def __init__(self):
        super().__init__()
        self.rows = 1
        self.is_large = False
        self.inside, self.go_on = Signal(), Signal()
        self.go_on.set()

    def _read(self):
        number = self.rows
        self.inside.set()
        assert self.go_on.wait(LIMIT)
        return number

    def _refresh(self, base):
        if self.is_large and base != self.rows:
            raise TooManyChangesError
        return base if base == self.rows else self._read()


def in_a_thread(work):
    return ThreadPoolExecutor(1).submit(work)


def test_a_snapshot_is_as_the_rows_stand_when_it_is_asked_for():
    numbers = Counted()
    assert (numbers.newest, numbers.current(), numbers.newest) == (None, 1, 1)
    numbers.rows = 2
    assert numbers.current() == 2
    numbers.forget()
    assert numbers.newest is None


def test_two_threads_refresh_beside_each_other_and_the_first_is_published():
    numbers = Counted()
    numbers.current()
    numbers.inside.clear()
    numbers.go_on.clear()
    numbers.rows = 2
    slow = in_a_thread(numbers.current)
    assert numbers.inside.wait(LIMIT)
    numbers.rows = 3
    numbers.go_on.set()
    fast = numbers.current()
    assert fast == 3
    assert slow.result(LIMIT) == 2
    assert numbers.current() == 3


def test_while_all_rows_are_read_anew_others_answer_from_what_there_is():
    numbers = Counted()
    numbers.current()
    numbers.rows, numbers.is_large = 2, True
    numbers.inside.clear()
    numbers.go_on.clear()
    slow = in_a_thread(numbers.current)
    assert numbers.inside.wait(LIMIT)
    assert numbers.current() == 1
    numbers.go_on.set()
    assert slow.result(LIMIT) == 2
    assert numbers.current() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("changes_meanwhile", [False, True], ids=["unchanged", "changed"])
def test_a_plain_count_does_not_wait_for_a_word_query_of_another_thread(
    monkeypatch, changes_meanwhile
):
    """The word's query ends only after the count has been answered."""
    make.event("Twitter bans RT")
    assert find.count_events(Query()) == 1
    asked, answered = Signal(), Signal()

    def slow(words):
        asked.set()
        assert answered.wait(LIMIT), "the count waited for the word"
        return find_words(words)

    def search():
        try:
            return find.count_events(parse("rt names:off"))
        finally:
            connection.close()

    monkeypatch.setattr("tracker.events.search.index.words.find_words", slow)
    search_result = in_a_thread(search)
    assert asked.wait(LIMIT)
    if changes_meanwhile:
        make.event("Another act", targets=["Sputnik"])
    assert find.count_events(Query()) == 1 + changes_meanwhile
    answered.set()
    assert search_result.result(LIMIT) == 1
    assert find.count_events(parse("rt names:off")) == 1
