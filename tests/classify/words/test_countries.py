import pytest

from tracker.classify.words.countries import find_countries

WORDS_WRITTEN_SMALL = {
    "a passive, Vietnamese": ("vi", "Kênh của nhà báo bị khóa"),
    "law, Vietnamese": ("vi", "Ứng dụng vi phạm pháp luật"),
    "a shirt, Vietnamese": ("vi", "Bài đăng về chiếc áo bị gỡ"),
    "a meeting, Spanish": ("es", "Zoom cierra la reunión de un sindicato"),
    "a meeting, Portuguese": ("pt", "Zoom encerra a reunião de um sindicato"),
    "of the court, Russian": ("ru", "Канал удалён по решению суда"),
    "after that, Ukrainian": ("uk", "Після того Telegram видалив канал"),
    "mobile, Polish": ("pl", "Sklep usuwa gry na telefony komórkowe"),
    "financial, Turkish": ("tr", "Kanal mali suçlar yüzünden kapatıldı"),
    "a sentence's first word, Vietnamese": ("vi", "Bị khóa kênh, nhà báo lên tiếng"),
}
NAMED = {
    "Belgium and France, Vietnamese": ("vi", "Pháp và Bỉ chặn ứng dụng", ["FR", "BE"]),
    "Nigeria, Russian": ("ru", "В Нигерии заблокировали мессенджер", ["NG"]),
    "Niger, Russian": ("ru", "Власти Нигера заблокировали мессенджер", ["NE"]),
    "Nigeria, Ukrainian": ("uk", "Нігерія заблокувала месенджер", ["NG"]),
    "Niger, Ukrainian": ("uk", "У Нігері заблокували месенджер", ["NE"]),
    "Nigeria, Polish": ("pl", "Nigeria blokuje komunikator", ["NG"]),
    "Nigeria, Turkish": ("tr", "Nijerya uygulamayı engelledi", ["NG"]),
    "an adjective, Polish": ("pl", "Sklep usuwa chińską aplikację", ["CN"]),
    "an adjective, Ukrainian": ("uk", "Суд закрив лівійський канал", ["LY"]),
    "a demonym, English": ("en", "Store removes the nigerian app", ["NG"]),
    "no capitals at all": ("en", "mali blocks telegram", ["ML"]),
    "a script without capitals": ("ja", "ケニアがアプリを遮断", ["KE"]),
}


@pytest.mark.parametrize(
    ("language", "text"), WORDS_WRITTEN_SMALL.values(), ids=WORDS_WRITTEN_SMALL
)
def test_a_common_word_is_no_country(language, text):
    assert find_countries(text, language) == []


@pytest.mark.parametrize(("language", "text", "codes"), NAMED.values(), ids=NAMED)
def test_a_country_is_found_as_its_language_writes_it(language, text, codes):
    assert [mention.value for mention in find_countries(text, language)] == codes
