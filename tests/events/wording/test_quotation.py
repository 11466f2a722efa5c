import pytest

from tracker.events.wording.quotation import QUOTED, first_sentence

TITLE = "Kenya blocks Telegram"
CASES = {
    "first of two": ("It did so on Monday. Students protest.", "It did so on Monday."),
    "quotation marks": ("“We had to.” So the office.", "“We had to.”"),
    "only one": ("It did so on Monday", "It did so on Monday"),
    "blank": (" \n ", ""),
    "the title again": ("Kenya blocks Telegram. More soon.", ""),
    "the title in capitals": ("KENYA BLOCKS TELEGRAM", ""),
    "a part of the title": ("Telegram", ""),
    "an initial": (
        "The U.S. regulator and J. Doe agreed. So it is.",
        "The U.S. regulator and J. Doe agreed.",
    ),
    "a day": ("Am 29. November war es so. Danach nicht.", "Am 29. November war es so."),
    "a year": ("It began in 2017. It ended.", "It began in 2017."),
    "japanese": ("ケニアで遮断された。学生が抗議。", "ケニアで遮断された。"),
    "arabic": ("هل حجبت كينيا التطبيق؟ نعم.", "هل حجبت كينيا التطبيق؟"),
}


@pytest.mark.parametrize(("summary", "quoted"), CASES.values(), ids=CASES)
def test_the_first_sentence_is_quoted_unless_it_repeats_the_title(summary, quoted):
    assert first_sentence(TITLE, summary) == quoted


@pytest.mark.parametrize("text", ["word " * 200, "字" * 400], ids=["words", "joined"])
def test_a_long_sentence_is_cut_short_at_a_word(text):
    quoted = first_sentence(TITLE, text)
    assert QUOTED - 6 <= len(quoted) <= QUOTED
    assert quoted.endswith(("word…", "字…"))
