import time

import pytest

from tracker.events.grouping.spellings.comparison import Likeness, same_name
from tracker.events.grouping.spellings.mentions import is_mentioned

SAME = {
    "case": ("LENA BRANDT", "Lena Brandt"),
    "diacritics": ("Léna Brandt", "Lena Brandt"),
    "the surname alone": ("Brandt", "Lena Brandt"),
    "an initial": ("L. Brandt", "Lena Brandt"),
    "a handle": ("@lena_brandt", "Lena Brandt"),
    "a hashtag": ("#LenaBrandt", "Lena Brandt"),
    "the order of words": ("Sever Radio", "Radio Sever"),
    "a sort of thing beside it": ("Ledger", "Daily Ledger"),
    "an ending": ("Jana Kowalczuka", "Jan Kowalczuk"),
    "a letter doubled": ("Anna Marin", "Ana Marin"),
    "an acronym": ("PFB", "Press Freedom Bureau"),
    "Cyrillic": ("Лена Брандт", "Lena Brandt"),
    "Cyrillic with an ending": ("Михаила Жукова", "Mikhail Zhukov"),
    "Ukrainian and Polish": ("Ковальчук", "Kowalczuk"),
    "Arabic": ("يوسف الأمين", "Yusuf al-Amin"),
    "an umlaut in two letters": ("Kraehennest", "Krähennest"),
    "Greek": ("Λένα Μπραντ", "Lena Mprant"),
}


@pytest.mark.parametrize("names", SAME.values(), ids=SAME)
def test_spellings_of_one_name_are_one(names):
    assert same_name(*names) is Likeness.SAME
    assert same_name(*reversed(names)) is Likeness.SAME


OTHER = {
    "two firms": ("Borealis", "Cygnus"),
    "a first name": ("Karl Brandt", "Lena Brandt"),
    "a number": ("Harbour 12", "Harbour 1"),
    "a number within": ("Harbour 3 Ltd", "Harbour 4 Ltd"),
    "a letter": ("Company A", "Company B"),
    "a like beginning": ("Alphatec", "Alphasoft"),
    "a like word": ("Norvik", "Norvin"),
}


@pytest.mark.parametrize("names", OTHER.values(), ids=OTHER)
def test_two_names_are_two(names):
    assert same_name(*names, ("en", "en")) is Likeness.OTHER
    assert same_name(*reversed(names), ("en", "en")) is Likeness.OTHER


OPEN = {
    "a Japanese name in Chinese characters": ("榊原智也", "Tomoya Sakakibara", ("ja", "en")),
    "two words for one topic": ("adult content", "pornographic content", ("en", "en")),
    "a topic in two languages": ("nudity", "desnudez", ("en", "es")),
    "a surname in two languages": ("Michail Schukow", "Mihail Zhukov", ("de", "en")),
    "no letters": ("…", "Lena", ("en", "en")),
}


@pytest.mark.parametrize("case", OPEN.values(), ids=OPEN)
def test_of_some_names_nothing_is_said(case):
    assert same_name(*case) is Likeness.OPEN


NEAR = {
    "one house, two services": ("Sever TV", "Sever Radio"),
    "sorts of things": ("Daily Press", "Official Channel"),
    "a woman and a man": ("Daniel Orlov", "Daniela Orlov"),
    "another last vowel": ("Mario Rossi", "Maria Rossi"),
    "other vowels": ("Karla Kovac", "Karel Kovac"),
    "a slip of the pen": ("Lena Brandt", "Lena Brant"),
}


@pytest.mark.parametrize("names", NEAR.values(), ids=NEAR)
def test_names_that_are_almost_alike_are_for_a_person_to_judge(names):
    assert same_name(*names, ("en", "en")) is Likeness.NEAR
    assert same_name(*reversed(names), ("en", "en")) is Likeness.NEAR


SPOKEN = {
    "Korean": ("남궁민석", "Namgung Min-seok", ("ko", "en")),
    "a Korean surname that is spelt otherwise": ("박서준영", "Park Seo-junyoung", ("ko", "en")),
    "Korean in Japanese": ("ナムグン・ミンソク", "Namgung Min-seok", ("ja", "en")),
    "Chinese": ("林若寒", "Lin Ruohan", ("zh", "en")),
    "the given name first": ("林若寒", "Ruohan Lin", ("zh", "de")),
    "foreign in Chinese": ("莱娜·勃兰特", "Lena Brandt", ("zh", "en")),
    "foreign in Japanese": ("ヨリス・フェルトカンプ", "Joris Veldkamp", ("ja", "nl")),
    "an Arabic article": ("نبض الجنوب", "Nabd al-Janoub", ("ar", "en")),
}


@pytest.mark.parametrize("case", SPOKEN.values(), ids=SPOKEN)
def test_a_name_is_one_however_its_script_writes_what_is_spoken(case):
    assert same_name(*case) is Likeness.SAME
    assert same_name(case[1], case[0], case[2][::-1]) is Likeness.SAME


OTHERS_SPOKEN = {
    "Chinese of the same consonants": ("王明华", "Wang Minguo", ("zh", "en")),
    "Korean": ("남궁민석", "Lena Brandt", ("ko", "en")),
    "Japanese": ("ヨリス・フェルトカンプ", "Lena Brandt", ("ja", "en")),
}


@pytest.mark.parametrize("case", OTHERS_SPOKEN.values(), ids=OTHERS_SPOKEN)
def test_what_is_spoken_otherwise_is_not_one(case):
    assert same_name(*case) in {Likeness.OPEN, Likeness.UNLIKE}


def test_names_are_looked_for_in_texts_without_spaces():
    assert is_mentioned("Lin Ruohan", "推特封禁异见艺术家林若寒的账号", "zh")
    assert is_mentioned("Joris Veldkamp", "YouTube、ヨリス・フェルトカンプ氏を停止", "ja")
    assert not is_mentioned("Lena Brandt", "YouTube、ヨリス・フェルトカンプ氏を停止", "ja")
    assert is_mentioned("남궁민석", "YouTube suspends channel of pundit Namgung Min-seok", "en")
    assert not is_mentioned("Lin Keqiang", "推特封禁异见艺术家林若寒的账号", "zh")


UNLIKE = {
    "Cyrillic": ("Лев Орлов", "Lena Brandt", ("ru", "en")),
    "Arabic": ("عمر حداد", "Lena Brandt", ("ar", "en")),
    "a translation": ("Хлеб для всех", "Bread for All", ("ru", "en")),
}


@pytest.mark.parametrize("case", UNLIKE.values(), ids=UNLIKE)
def test_what_another_alphabet_does_not_spell_so_is_unlike(case):
    assert same_name(*case) is Likeness.UNLIKE


def test_english_names_take_no_endings():
    assert same_name("Norda", "Nordin", ("en", "en")) is Likeness.OTHER


@pytest.mark.parametrize("name", ["", "\0", "é" * 10_000, "a " * 5_000, "\ud800", "سسس" * 3_000])
def test_no_name_raises_or_takes_long(name):
    begin = time.perf_counter()
    same_name(name, "Lena Brandt")
    same_name("Лена Брандт" * 3_000, name)
    assert time.perf_counter() - begin < 0.1


@pytest.mark.parametrize(
    ("name", "text", "language"),
    [
        ("Lena Brandt", "Lena Brandts Konto ist gesperrt", "de"),
        ("Lena Brandt", "X заблокировал аккаунт Лены Брандт", "ru"),
        ("Lena Brandt", "حساب النائبة لينا براندت", "ar"),
        ("Rania Dweik", "صور رانيا دويك", "ar"),
        ("Snaproute", "アプリSnaprouteを配信停止", "ja"),
        ("Северный рупор", "Telegram pulls plug on Severny Rupor", "en"),
        ("青い鳥通信", "Xが「青い鳥通信」を凍結", "ja"),
    ],
)
def test_a_printed_name_is_found_in_any_script(name, text, language):
    assert is_mentioned(name, text, language)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Lena Brandt", "Karl Brandt loses his account"),
        ("Lena Brandt", "Lena loses an account, and Brandt another"),
        ("Ann", "Anna Annan announces an annual ban"),
        ("accounts", "Two accounts are gone"),
        ("", "Anything"),
        ("Lena Brandt", ""),
    ],
)
def test_what_is_not_printed_or_says_too_little_is_not_found(name, text):
    assert not is_mentioned(name, text, "en")
