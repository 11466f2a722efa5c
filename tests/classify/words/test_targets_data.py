"""Each word of the target files names one target, and none is too short to be a name."""

import re
from collections import defaultdict

import pytest

from tracker.classify.data_files import DATA, read_rows
from tracker.classify.letters.folding import fold

TARGETS = (DATA / "targets.toml", *sorted((DATA / "targets").glob("*.toml")))
SHORT = re.compile("[a-z]{1,3}")


def words_of(path):
    """(name, kind, word as it stands) of each word of a file."""
    for name, row in read_rows(path).items():
        assert isinstance(row, dict)
        for item in row["words"].split(","):
            if word := item.strip().lstrip("~"):
                yield name, row.get("kind", ""), word


def core(word):
    return fold(word.removeprefix("=").strip("*"))


def test_no_word_names_two_targets():
    names = defaultdict(set)
    for path in TARGETS:
        for name, _, word in words_of(path):
            names[core(word)].add(name)
    assert {word: n for word, n in names.items() if len(n) > 1} == {}


def test_a_platform_is_a_target_as_an_app_only():
    platforms = {core(word) for _, _, word in words_of(DATA / "platforms.toml")}
    both = {
        (name, word)
        for path in TARGETS
        for name, kind, word in words_of(path)
        if kind != "app_or_site" and core(word) in platforms
    }
    assert both == set()


@pytest.mark.parametrize("path", TARGETS, ids=lambda path: path.stem)
def test_short_latin_words_stand_in_their_own_letters(path):
    loose = [
        (name, word)
        for name, _, word in words_of(path)
        if not word.startswith("=") and SHORT.fullmatch(core(word))
    ]
    assert loose == []
