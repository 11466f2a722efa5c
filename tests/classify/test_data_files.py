from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, BrokenBarrierError

import pytest

from tracker.classify.data_files import load_once
from tracker.classify.words import lexicon


class Loads:
    """Counts loads, and lets a second one come if any can come while the first still runs."""

    def __init__(self):
        self.count = 0
        self._both = Barrier(2)

    def __call__(self, *_args):
        self.count += 1
        try:
            self._both.wait(timeout=0.2)
        except BrokenBarrierError:
            return [self.count]
        raise AssertionError("two threads load at once")


def in_two_threads(load):
    begin = Barrier(2)

    def ask():
        begin.wait(timeout=5)
        return load()

    with ThreadPoolExecutor(2) as pool:
        return [answer.result() for answer in (pool.submit(ask), pool.submit(ask))]


def test_two_threads_that_ask_together_load_once():
    loads = Loads()
    first, second = in_two_threads(load_once(loads))
    assert first is second
    assert loads.count == 1


def test_two_threads_share_one_lexicon(monkeypatch):
    loads = Loads()
    monkeypatch.setattr(lexicon, "table_words", lambda _table: loads() and [])
    first, second = in_two_threads(lambda: lexicon.lexicon_of("a table of this test"))
    assert first is second
    assert loads.count == 1


def test_what_other_arguments_lead_to_is_loaded_apart():
    load = load_once(lambda table: [table])
    assert (load("a"), load("b")) == (["a"], ["b"])
    assert load("a") is load("a")


def test_a_load_that_failed_is_tried_again():
    asked = []

    @load_once
    def load():
        asked.append(1)
        if len(asked) == 1:
            raise OSError
        return "loaded"

    with pytest.raises(OSError):  # noqa: PT011 - the bare error of above
        load()
    assert load() == "loaded"
