"""Appeals, territories, degrees and orders in the words of twenty languages."""

import pytest

from tracker.classify.facts.authorities import find_order
from tracker.classify.facts.terms.circumstances import (
    LISTS,
    cues_of,
    find_appeal,
    find_degree,
    find_territory,
)
from tracker.classify.kinds import Kind
from tracker.classify.letters.language import LANGUAGES
from tracker.classify.words.countries import find_countries
from tracker.classify.words.lexicon import lexicon

LEGAL, BLOCK = (Kind.LEGAL_ACTION,), (Kind.PLATFORM_BLOCK,)
APPEALS = [
    ("en", "Chirp says it will appeal the fine", "announced"),
    ("en", "Chirp has appealed the fine", "filed"),
    ("en", "Court rejects Chirp’s appeal against fine", "rejected"),
    ("en", "Court upholds fine against Chirp", "rejected"),
    ("en", "Chirp wins appeal against ban", "granted"),
    ("en", "US appeals court hears Chirp case", ""),
    ("en", "Chirp can appeal within 14 days", ""),
    ("de", "Chirp will Berufung einlegen", "announced"),
    ("de", "Chirp legt Beschwerde ein", "filed"),
    ("de", "Gericht weist Beschwerde von Chirp ab", "rejected"),
    ("fr", "Chirp va faire appel de l’amende", "announced"),
    ("fr", "Chirp a fait appel de l’amende", "filed"),
    ("fr", "La Cour rejette le recours de Chirp", "rejected"),
    ("fr", "La cour d’appel examine l’affaire Chirp", ""),
    ("es", "Chirp recurrirá la multa", "announced"),
    ("es", "El tribunal desestima el recurso de Chirp", "rejected"),
    ("pt", "Chirp vai recorrer da multa", "announced"),
    ("pt", "Chirp recorreu da decisão", "filed"),
    ("it", "Chirp farà ricorso", "announced"),
    ("it", "Il Tar respinge il ricorso di Chirp", "rejected"),
    ("nl", "Chirp heeft hoger beroep ingesteld", "filed"),
    ("pl", "Chirp odwołał się od kary", "filed"),
    ("ru", "Chirp намерен обжаловать штраф", "announced"),
    ("ru", "Суд отклонил апелляцию Chirp", "rejected"),
    ("uk", "Chirp оскаржив штраф", "filed"),
    ("tr", "Chirp karara itiraz etti", "filed"),
    ("id", "Chirp akan mengajukan banding", "announced"),
    ("vi", "Chirp sẽ kháng cáo án phạt", "announced"),
    ("ar", "شيرب ستستأنف الحكم", "announced"),
    ("fa", "شیرپ درخواست تجدیدنظر کرد", "filed"),
    ("he", "Chirp הגישה ערעור על הקנס", "filed"),
    ("hi", "Chirp की अपील खारिज", "rejected"),
    ("ja", "Chirp、制裁金を不服として上訴へ", "announced"),
    ("ja", "高裁、Chirpの控訴を棄却", "rejected"),
    ("ko", "Chirp, 과징금에 불복해 소송", "filed"),
    ("zh", "Chirp将提起上诉", "announced"),
    ("zh", "法院驳回上诉，维持对Chirp的罚款", "rejected"),
]


@pytest.mark.parametrize(("language", "title", "step"), APPEALS, ids=lambda v: str(v)[:40])
def test_appeals(language, title, step):
    found = find_appeal({"title": title}, LEGAL, language)
    assert (found.value if found else "") == step


def where(title, language, summary=""):
    zones = {"title": title, "summary": summary}
    mentions = {zone: find_countries(words, language) for zone, words in zones.items()}
    return find_territory(zones, mentions, language)


TERRITORIES = [
    ("en", "Chirp removes video worldwide", "worldwide", ""),
    ("en", "Chirp blocks app across the EU", "eu", ""),
    ("en", "Chirp hides posts in Germany only", "country", ""),
    ("en", "Chirp withholds account in Turkey", "country", ""),
    ("en", "Nationwide block of Chirp", "country", ""),
    ("en", "Chirp blocked in the region of Darwaz", "region", "Darwaz"),
    ("en", "Chirp suspends account", "", ""),
    ("de", "Chirp bundesweit gesperrt", "country", ""),
    ("fr", "Chirp bloqué dans tout le pays", "country", ""),
    ("es", "Bloquean Chirp en todo el país", "country", ""),
    ("pt", "Chirp bloqueado em todo o país", "country", ""),
    ("it", "Chirp oscurato in tutto il paese", "country", ""),
    ("nl", "Chirp landelijk geblokkeerd", "country", ""),
    ("pl", "Chirp zablokowany w całym kraju", "country", ""),
    ("ru", "Chirp заблокирован в Тульской области", "region", "Тульской области"),
    ("ru", "Chirp заблокирован по всей стране", "country", ""),
    ("uk", "Chirp заблоковано по всій країні", "country", ""),
    ("tr", "Chirp ülke genelinde engellendi", "country", ""),
    ("id", "Chirp diblokir di seluruh dunia", "worldwide", ""),
    ("vi", "Chirp bị chặn trên toàn quốc", "country", ""),
    ("ar", "حجب شيرب في جميع أنحاء البلاد", "country", ""),
    ("fa", "شیرپ در سراسر کشور مسدود شد", "country", ""),
    ("he", "Chirp נחסמה בכל הארץ", "country", ""),
    ("hi", "Chirp पूरे देश में ब्लॉक", "country", ""),
    ("ja", "Chirpを全国で遮断", "country", ""),
    ("ko", "Chirp 전국 차단", "country", ""),
    ("zh", "Chirp在全国被封锁", "country", ""),
]


@pytest.mark.parametrize(
    ("language", "title", "value", "region"), TERRITORIES, ids=lambda v: str(v)[:40]
)
def test_territories(language, title, value, region):
    found = where(title, language)
    assert (found.value if found else "", found.name if found else "") == (value, region)


def test_users_around_the_world_are_no_territory_of_the_act():
    assert where("Chirp suspends account", "en", "Chirp has users worldwide.") is None


DEGREES = [
    ("en", "Russia throttles Chirp", "partial"),
    ("en", "Chirp completely blocked", "total"),
    ("en", "Chirp blocked", ""),
    ("en", "Chirp partially blocked, then fully blocked", ""),
    ("de", "Chirp teilweise gesperrt", "partial"),
    ("fr", "Chirp partiellement bloqué", "partial"),
    ("fr", "Blocage total de Chirp", "total"),
    ("es", "Bloqueo total de Chirp", "total"),
    ("pt", "Chirp parcialmente bloqueado", "partial"),
    ("it", "Chirp rallentato", "partial"),
    ("nl", "Chirp gedeeltelijk geblokkeerd", "partial"),
    ("pl", "Chirp całkowicie zablokowany", "total"),
    ("ru", "Chirp замедлили", "partial"),
    ("ru", "Chirp полностью заблокирован", "total"),
    ("uk", "Chirp частково заблоковано", "partial"),
    ("tr", "Chirp tamamen engellendi", "total"),
    ("id", "Chirp diperlambat", "partial"),
    ("vi", "Chirp bị chặn hoàn toàn", "total"),
    ("ar", "حجب شيرب جزئيا", "partial"),
    ("fa", "شیرپ به طور کامل مسدود شد", "total"),
    ("he", "Chirp נחסמה לחלוטין", "total"),
    ("hi", "Chirp आंशिक रूप से ब्लॉक", "partial"),
    ("ja", "Chirpを全面遮断", "total"),
    ("ko", "Chirp 전면 차단", "total"),
    ("zh", "Chirp被全面封锁", "total"),
]


@pytest.mark.parametrize(("language", "title", "degree"), DEGREES, ids=lambda v: str(v)[:40])
def test_degrees_of_blocks(language, title, degree):
    found = find_degree({"title": title}, BLOCK, language)
    assert (found.value if found else "") == degree


def test_a_removed_post_is_neither_partial_nor_total():
    assert find_degree({"title": "Chirp removes all"}, (Kind.CONTENT_REMOVAL,), "en") is None


ORDERS = [
    ("en", "Chirp blocked by order of Roskomnadzor", "Roskomnadzor", "regulator"),
    ("en", "Delhi High Court orders Chirp to remove posts", "Delhi High Court", "court"),
    ("en", "India orders Chirp to block 8,000 accounts", "India", "government"),
    ("en", "Chirp fined by FTC", "", ""),
    ("de", "Chirp sperrt Konten auf Anordnung der EU-Kommission", "European Commission", None),
    ("fr", "Chirp bloque un compte à la demande de la Cnil", "CNIL", "regulator"),
    ("ru", "Chirp удалил посты по требованию Роскомнадзора", "Roskomnadzor", "regulator"),
    ("es", "La AEPD ordena a Chirp borrar datos", "AEPD", "regulator"),
]


@pytest.mark.parametrize(
    ("language", "title", "name", "of_type"), ORDERS, ids=lambda v: str(v)[:40]
)
def test_who_ordered_it(language, title, name, of_type):
    zones = {"title": title, "summary": "", "body": ""}
    mentions = {
        zone: lexicon().find(words, language) + find_countries(words, language)
        for zone, words in zones.items()
    }
    found = find_order(zones, mentions, language)
    assert (found.name if found else "") == name
    assert of_type is None or (found.type if found else "") == of_type


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_lists(language):
    assert set(cues_of(language)) == LISTS
    missing = {name for name, cue in cues_of(language).items() if cue.pattern.pattern == "(?!)"}
    # Languages that put it on one side only have no words for the other.
    assert missing <= {"region_before", "region_after", "only_before", "only_after"}
