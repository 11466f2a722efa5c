from dataclasses import replace

import pytest

from tests import make
from tracker.events.search import find
from tracker.events.search.highlight import WIDTH, passage_of
from tracker.events.search.language.parsing import parse
from tracker.events.search.rows import ReportRow
from tracker.events.text import build_search_text, holds, word_spans

REPORT = ReportRow("", "a.example", "A", "en", "", None, "report", (), (), (), "")
MARKED = {  # text, words -> the text with the places in brackets
    "a word": ("Gab bars RT", ["rt"], "Gab bars [RT]"),
    "a beginning goes on to its end": ("Suspended, then", ["suspen"], "[Suspended], then"),
    "each time": ("RT and RT again", ["RT"], "[RT] and [RT] again"),
    "not inside a word": ("START of art", ["art"], "START of [art]"),
    "a phrase over a comma": ("Alex, Jones left", ["alex jones"], "[Alex, Jones] left"),
    "several that overlap": ("a b c d", ["a b c", "c d"], "[a b c d]"),
    "accents": ("Sperrung für Übeltäter", ["fur ubel"], "Sperrung [für Übeltäter]"),
    "accents written apart": ("Il a été U\u0301til ici", ["util"], "Il a été [U\u0301til] ici"),
    "a run without spaces": ("推特禁止今日俄罗斯频道", ["俄罗斯"], "推特禁止今日[俄罗斯]频道"),
    "one letter of a run": ("推特禁止", ["禁"], "推特[禁止]"),
    "full width": ("Das ＲＴ-Verbot", ["rt"], "Das [ＲＴ]-Verbot"),
    "signs that become several": ("Well… ﬁnd RT … now", ["rt", "find"], "Well… [ﬁnd] [RT] … now"),
    "Hindi": ("ट्विटर ने प्रतिबंध लगाया", ["प्रतिबंध"], "ट्विटर ने [प्रतिबंध] लगाया"),
    "Arabic": ("حظر إعلانات آر تي", ["اعلانات"], "حظر [إعلانات] آر تي"),
    "none": ("Gab bars RT", ["twitter", "", "…"], "Gab bars RT"),
}


def bracketed(text, marks):
    for start, end in reversed(marks):
        text = f"{text[:start]}[{text[start:end]}]{text[end:]}"
    return text


@pytest.mark.parametrize(("text", "words", "shown"), MARKED.values(), ids=MARKED)
def test_words_are_marked_where_they_stand_as_it_was_written(text, words, shown):
    assert bracketed(text, word_spans(text, words)) == shown
    assert bool(word_spans(text, words)) == any(
        holds(build_search_text([text]), word) for word in words
    )


def passage(summary, *words):
    """A summary's passage with its marks in brackets, and the passage's length."""
    found = passage_of(replace(REPORT, summary=summary), words)
    return (bracketed(found.text, found.marks), len(found.text)) if found else None


def test_a_passage_is_cut_between_words_around_the_first_place():
    shown, length = passage("word " * 60 + "then Gab was named, " + "more " * 60, "gab")
    assert shown.startswith("…word ")
    assert "then [Gab] was named" in shown
    assert shown.endswith(" more…")
    assert length <= WIDTH + 2


@pytest.mark.parametrize("summary", ["Gab", "禁" * 500 + "俄罗斯" + "禁" * 500, "x" * 900 + " Gab"])
def test_a_passage_without_spaces_holds_the_word_too(summary):
    shown, length = passage(summary, "gab", "俄罗斯")
    assert "[" in shown
    assert length <= WIDTH + 2


def test_a_summary_without_the_words_gives_no_passage():
    assert passage("Nothing of it", "gab") is None


@pytest.mark.django_db
def test_what_is_found_marks_the_words_and_quotes_the_summary_for_those_that_no_title_has():
    of = make.event("Twitter bars RT", targets=["RT"])
    make.report(of, make.entry("Twitter bars RT", summary="RT is out. Gab had done the same."))
    (row,) = find.find_events(parse("rt gab"), today=make.DAY.date()).rows
    assert bracketed(row.reports[0].title, row.reports[0].marks) == "Twitter bars [RT]"
    found = row.passage
    assert found is not None
    assert bracketed(found.text, found.marks) == "RT is out. [Gab] had done the same."
    (row,) = find.find_events(parse("rt"), today=make.DAY.date()).rows
    assert row.passage is None
