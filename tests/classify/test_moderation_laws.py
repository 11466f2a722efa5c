"""A fine, an order or a ruling under a law about moderation is an act; under another law, in an
explanation or as a threat it is none.
"""

import pytest

from tracker.classify import Text
from tracker.classify.data_files import DATA, read_rows
from tracker.classify.facts.terms.laws import names_moderation_law
from tracker.classify.scoring import score_text

ACTS = {
    "EU fines TikTok 90 million euros under the Digital Services Act": "",
    "Ofcom fines 4chan £70,000 under the Online Safety Act": "",
    "Commission opens formal proceedings against Meta": "By the Digital Services Act.",
    "Bußgeld von zwei Millionen Euro gegen Telegram nach dem NetzDG verhängt": "",
    "Bruselas multa a Meta con 60 millones por incumplir la Ley de Servicios Digitales": "",
    "Komisja Europejska nałożyła na TikToka karę na podstawie aktu o usługach cyfrowych": "",
}
NONE = {
    "EU fines Meta 90 million euros over data transfers under the GDPR": "",
    "Court fines Google 2 billion euros under the Digital Markets Act": "",
    "TikTok could face a fine of 90 million euros under the Digital Services Act": "",
    "Digital Services Act: what it means for users of TikTok": "",
    "Owner of X says the Digital Services Act removes free speech": "",
    "TikTok opens an office in Dublin": "Lawyers there will work on the Digital Services Act.",
}


@pytest.mark.parametrize(
    ("title", "summary", "expected"),
    [(t, s, True) for t, s in ACTS.items()] + [(t, s, False) for t, s in NONE.items()],
)
def test_what_counts_as_an_act_under_a_law_about_moderation(title, summary, expected):
    scored = score_text(Text(title, summary))
    assert (scored is not None and scored.placement.names_moderation_law) is expected


def test_a_law_in_the_full_text_alone_is_not_what_the_news_is_about():
    zones = {"title": "X removes posts", "summary": "", "body": "So says the Online Safety Act."}
    assert not names_moderation_law(zones, "en")
    assert names_moderation_law(zones | {"summary": zones["body"]}, "en")


def test_laws_about_moderation_are_marked_by_the_one_word_that_the_program_reads():
    rows = [row for row in read_rows(DATA / "laws.toml").values() if isinstance(row, dict)]
    assert {row["about"] for row in rows if "about" in row} == {"moderation"}
