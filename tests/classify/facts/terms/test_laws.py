"""Which law an act is grounded on, in the words of many languages."""

import pytest

from tracker.classify.facts.terms.laws import find_law
from tracker.classify.kinds import Kind
from tracker.classify.words.lexicon import lexicon_of

FINE = (Kind.LEGAL_ACTION,)
NAMED = {
    "en": ("EU fines Clipshare under the Digital Services Act", "dsa", ""),
    "en article": ("EU fines Chirp for breaching Article 34 of the DSA", "dsa", "34"),
    "en article first": ("Art. 16(2) DSA: Chirp fined", "dsa", "16(2)"),
    "en section": ("Court: Section 230 shields Chirp", "section_230", "230"),
    "de": ("Strafe gegen Chirp nach Art. 46 DSGVO", "gdpr", "46"),
    "de netzdg": ("Bußgeld für Chirp nach NetzDG", "netzdg", ""),
    "fr": ("L’UE sanctionne Chirp au titre de l’article 25 du DSA", "dsa", "25"),
    "fr sren": ("Chirp bloqué en vertu de la loi SREN", "sren", ""),
    "es": ("Multa a Chirp por la Ley de Servicios Digitales", "dsa", ""),
    "pt": ("Chirp multado pelo Marco Civil da Internet", "marco_civil", ""),
    "it": ("Multa a Chirp per il Regolamento sui servizi digitali", "dsa", ""),
    "nl": ("Boete voor Chirp onder de digitaledienstenverordening", "dsa", ""),
    "pl": ("Kara dla Chirp na podstawie aktu o usługach cyfrowych", "dsa", ""),
    "ru": ("Chirp оштрафован по закону о приземлении", "landing_ru", ""),
    "uk": ("Chirp оштрафовано за Законом про цифрові послуги", "dsa", ""),
    "tr": ("Chirp’e 5651 sayılı Kanun uyarınca erişim engeli", "law_5651", ""),
    "id": ("Chirp didenda berdasarkan UU ITE", "ite", ""),
    "vi": ("Chirp bị phạt theo Nghị định 147", "decree_147", ""),
    "ar": ("تغريم شيرب بموجب قانون الخدمات الرقمية", "dsa", ""),
    "he": ("Chirp נקנסה לפי חוק השירותים הדיגיטליים", "dsa", ""),
    "fa": ("جریمه شیرپ بر اساس قانون خدمات دیجیتال", "dsa", ""),
    "hi": ("आईटी नियमों के तहत Chirp पर जुर्माना", "it_rules", ""),
    "ja": ("EU、デジタルサービス法第34条違反でChirpに制裁金", "dsa", "34"),
    "ko": ("EU, 디지털서비스법 위반으로 Chirp에 과징금", "dsa", ""),
    "zh": ("欧盟依据《数字服务法》第34条对Chirp处以罚款", "dsa", "34"),
}


@pytest.mark.parametrize(("title", "code", "article"), NAMED.values(), ids=NAMED)
def test_the_title_names_the_law_and_its_article(title, code, article, request):
    language = request.node.callspec.id.split("-")[-1].split()[0]
    law = find_law({"title": title}, FINE, language)
    assert law is not None
    assert (law.code, law.article) == (code, article)
    assert title[law.start : law.end]
    assert article.strip("()") in title[law.article_start : law.article_end] or "(" in article


@pytest.mark.parametrize(
    "title",
    [
        "Chirp and the DSA, the DMA and what comes next",
        "The dsa of the undsad",
        "Chirp fined 5 million euros",
        "",
    ],
)
def test_no_law_where_none_or_several_are_named(title):
    assert find_law({"title": title}, FINE, "en") is None


def test_a_short_form_needs_rules_or_an_article():
    suspended = (Kind.ACCOUNT_SUSPENSION,)
    assert find_law({"title": "Chirp suspends account of Chicago DSA"}, suspended, "en") is None
    law = find_law({"title": "Chirp suspends it under Art. 16 DSA"}, suspended, "en")
    assert law is not None
    assert law.article == "16"


def test_a_year_is_no_article():
    law = find_law({"title": "Digital Services Act, section 2026"}, FINE, "en")
    assert law is not None
    assert law.article == ""


def test_every_law_is_found_by_its_words():
    lexicon = lexicon_of("law")
    assert {m.value for m in lexicon.find("Online Safety Act; NetzDG", "en")} == {
        "online_safety_act",
        "netzdg",
    }
