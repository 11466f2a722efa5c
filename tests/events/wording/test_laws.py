import pytest
from django.utils.translation import override

from tracker.classify.words.lists import listed_rows
from tracker.events.wording.laws import BARE, LAWS, law_with_article, under_law, with_appeal

HEADLINES = {
    ("en", "gdpr"): "EU fines X under the GDPR",
    ("en", "section_230"): "EU fines X under Section 230",
    ("de", "gdpr"): "EU fines X – Grundlage: DSGVO",
    ("es", "gdpr"): "EU fines X, en virtud de: RGPD",
    ("fr", "dsa"): "EU fines X au titre du règlement sur les services numériques",
    ("fr", "sren"): "EU fines X au titre de la loi SREN",
    ("fr", "online_safety_act"): "EU fines X au titre de l’Online Safety Act",
}


@pytest.mark.parametrize(("asked", "headline"), HEADLINES.items(), ids=str)
def test_a_law_ends_the_headline_in_the_readers_language(asked, headline):
    language, code = asked
    with override(language):
        assert under_law("EU fines X", code) == headline


def test_only_what_happened_on_appeal_is_news():
    assert with_appeal("EU fines X", "rejected") == "EU fines X; appeal rejected"
    assert with_appeal("EU fines X", "announced") == "EU fines X"


def test_an_article_follows_its_law_once():
    assert law_with_article("gdpr", "46") == "GDPR, article 46"
    assert law_with_article("section_230", "230") == "Section 230"
    assert law_with_article("", "46") == ""


def test_names_of_laws_are_those_of_the_list():
    names = {row.name for row in listed_rows("law").values()}
    assert set(LAWS) <= names
    assert set(listed_rows("law")) >= BARE
