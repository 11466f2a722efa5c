import pytest

from tracker import classify
from tracker.classify import Kind, Text
from tracker.classify.letters.language import language_of

DISGUISED = {
    "full width": "Ｔｗｉｔｔｅｒ ｓｕｓｐｅｎｄｓ ａｃｃｏｕｎｔ ｏｆ ａ ｐａｒｔｙ",
    "mathematical letters": "𝐓𝐰𝐢𝐭𝐭𝐞𝐫 𝐬𝐮𝐬𝐩𝐞𝐧𝐝𝐬 𝐚𝐜𝐜𝐨𝐮𝐧𝐭 𝐨𝐟 𝐚 𝐩𝐚𝐫𝐭𝐲",
    "letters in circles": "Ⓣⓦⓘⓣⓣⓔⓡ ⓢⓤⓢⓟⓔⓝⓓⓢ ⓐⓒⓒⓞⓤⓝⓣ ⓞⓕ ⓐ ⓟⓐⓡⓣⓨ",
    "Cyrillic in Latin words": "Twittеr suspеnds аccоunt оf a pаrty",
}
PLAIN = {
    "Russian with Latin names": ("Роскомнадзор заблокировал Twitter и Facebook", "ru"),
    "Chinese with full-width letters": ("推特ＴＷＩＴＴＥＲ禁止今日俄罗斯投放广告", "zh"),
    "French": ("Twitter interdit la publicité à deux médias d'État russes", "fr"),
    "Vietnamese": ("Mạng xã hội này đã khóa tài khoản của một đảng chính trị", "vi"),
}


@pytest.mark.parametrize("title", DISGUISED.values(), ids=DISGUISED)
def test_s10_an_act_in_letters_that_only_look_latin_is_read_as_english(title):
    assert language_of(title) == "en"
    answer = classify.classify(Text(title=title))
    assert (answer.platforms, answer.kinds[0]) == (("twitter",), Kind.ACCOUNT_SUSPENSION)


@pytest.mark.parametrize(("text", "language"), PLAIN.values(), ids=PLAIN)
def test_a_text_in_its_own_letters_keeps_its_language(text, language):
    assert language_of(text) == language
