"""The project's own headlines, and the weights that are shipped."""

from collections import Counter

import pytest

from tracker.classify import Coverage, Kind, Text, shipped_weights
from tracker.classify.letters.language import LANGUAGES
from tracker.classify.training.examples import (
    TrainingError,
    data_version,
    read_examples,
    with_summaries,
)


@pytest.fixture(scope="module")
def given():
    return read_examples()


def test_every_language_has_eight_wordings_of_every_kind_and_hard_negatives(given):
    counts = Counter((one.text.language, kind) for one in given for kind in one.kinds)
    assert {(language, kind): n for (language, kind), n in counts.items() if n < 8} == {}
    assert set(counts) == {(language, kind) for language in LANGUAGES for kind in Kind}
    negatives = Counter(one.text.language for one in given if not one.kinds)
    # Fewer say that a merge lost the heading "[none]" above a block of them.
    assert min(negatives[language] for language in LANGUAGES) >= 115
    assert len({(one.text.language, one.text.title) for one in given}) > 3_000


def test_the_shipped_weights_were_made_from_the_data_that_stands_beside_them():
    assert shipped_weights().version == data_version()


def test_a_heading_names_kinds_and_coverage(tmp_path):
    (tmp_path / "en.txt").write_text(
        "[ad_ban, policy_change]\nA bans ads | From June.\n\n[ad_ban] reaction\nB protests\n"
        "[none]\nRain\n"
    )
    first, second, third = read_examples(tmp_path)
    assert first.kinds == (Kind.AD_BAN, Kind.POLICY_CHANGE)
    assert first.text == Text("A bans ads", "From June.", language="en")
    assert (first.coverage, second.coverage) == (Coverage.REPORT, Coverage.REACTION)
    assert (third.kinds, third.coverage, third.label) == ((), Coverage.NONE, "")


BAD = {
    "no heading": ("A bans ads", "en.txt, line 1: no heading"),
    "no kind": ("[none]\nRain\n[add_ban]\nA bans ads", "en.txt, line 3: 'add_ban'"),
    "no coverage": ("[ad_ban] rumour\nA bans ads", "en.txt, line 1: 'rumour'"),
}


@pytest.mark.parametrize(("text", "words"), BAD.values(), ids=BAD)
def test_a_bad_file_is_named_with_its_line(tmp_path, text, words):
    (tmp_path / "en.txt").write_text(text)
    with pytest.raises(TrainingError, match=words):
        read_examples(tmp_path)


def test_each_headline_is_seen_with_another_of_its_kind_as_summary(given):
    some = [one for one in given if one.text.language == "en" and one.label == "ad_ban"][:3]
    doubled = with_summaries(some)
    assert len(doubled) == 6
    assert doubled[3].text.summary == some[1].text.title
    assert doubled[3].kinds == some[0].kinds
