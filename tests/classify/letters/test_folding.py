import unicodedata

import pytest

from tracker.classify.letters.folding import Folding, as_written, fold, folding

CASES = {
    "upper case": ("TWITTER", "twitter"),
    "accents": ("Interdît, lösch, Ёлка", "interdit, losch, елка"),
    "ß": ("schließt STRAẞE", "schliesst strasse"),
    "a decomposed letter": ("lo\u0308scht", "loscht"),
    "a soft hyphen": ("Face\u00adbook sus\u00adpends", "facebook suspends"),
    "spaces without width": ("You\u200bTu\u2060be\ufeff", "youtube"),
    "tags": ("Tel\U000e0041\U000e0042egram", "telegram"),
    "marks of direction": ("\u061cVimeo\u200f", "vimeo"),
    "full width": ("Ｔｗｉｔｃｈ　ｂａｎ", "twitch ban"),
    "mathematical letters": ("𝐁𝐚𝐧𝘴 𝓽𝓱𝓮", "bans the"),
    "letters in boxes": ("🅁🅔🆃", "ret"),
    "small capitals": ("ᴛᴇʟᴇɢʀᴀᴍ", "telegram"),
    "a ligature": ("ﬁlm ﷲ", "film الله"),
    "Cyrillic in a Latin word": ("Тwіttеr", "twitter"),
    "Greek capitals in a Latin word": ("ΤWΙΤCΗ", "twitch"),
    "Latin in a Cyrillic word": ("Телегpaм", "телеграм"),
    "a word of two scripts": ("VKонтакте", "vkонтакте"),
    "a Russian ending": ("Twitterом", "twitterom"),
    "vowel marks": ("يَحذِفُ", "يحذف"),
    "a long Arabic line": ("تـــويتر", "تويتر"),
    "Persian letters": ("توئیتر", "توييتر"),
    "a joiner in Persian": ("تیک\u200cتاک", "تيك تاك"),
    "a joiner elsewhere": ("Tele\u200cgram", "telegram"),
    "Hebrew points": ("שָׁלוֹם סנאפצ׳ט", "שלום סנאפצ'ט"),
    "Japanese marks stay": ("が か", "が か"),
    "Japanese marks apart": ("か\u3099 ｶﾞ", "が ガ"),
    "Korean letters apart": (unicodedata.normalize("NFD", "구글"), "구글"),
    "Hindi with and without a dot": ("फ़ेसबुक", "फेसबुक"),
    "a dot that makes another letter": ("सड़क", unicodedata.normalize("NFD", "सड़क")),
    "signs that join no word": ("①Kick ™ 1º …", "·kick ™ 1º …"),
    "quotes and dashes": ("„a“ ‚b‘ – −", '"a" ‚b\' - -'),
    "Turkish": ("YASAKLANDI İzmir", "yasaklandi izmir"),
}


@pytest.mark.parametrize(("text", "folded"), CASES.values(), ids=CASES)
def test_what_reads_alike_folds_alike(text, folded):
    assert fold(text) == folded
    assert fold(unicodedata.normalize("NFD", text)) == folded
    assert fold(fold(text)) == folded


@pytest.mark.parametrize(
    ("text", "piece", "original"),
    [
        ("Face\u00adbook sus\u00adpends", "suspends", "sus\u00adpends"),
        ("YouTube schließt Kanal", "schliesst", "schließt"),
        ("er lo\u0308scht es", "loscht", "lo\u0308scht"),
        ("der Spaß", "spas", "Spaß"),
        ("ﬁlm", "film", "ﬁlm"),
        ("İstanbul'da", "istanbul", "İstanbul"),
        ("plain text", "text", "text"),
        ("👩‍👩‍👧 bans", "bans", "bans"),
    ],
)
def test_each_folded_letter_knows_where_it_was_written(text, piece, original):
    found = folding(text)
    start = found.text.index(piece)
    assert text[slice(*found.span(start, start + len(piece)))] == original


@pytest.mark.parametrize(
    "text", ["", "\u00ad", "\u0301" * 5_000, "a\u0301\u200b" * 3_000, "аa" * 5_000, "\ud800"]
)
def test_hostile_text_folds(text):
    found = folding(text)
    places = [found.span(i, i + 1) for i in range(len(found.text))]
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert places == sorted(places)


def test_a_plain_text_needs_no_map():
    assert folding("Rivers may rise") == Folding("rivers may rise")
    assert folding("Überall Wasser").starts is None


def test_as_written_keeps_the_case():
    assert as_written("Twi\u00adtch") == "Twitch"
    assert as_written("Ｔｗｉｔｃｈ") == "Twitch"
