"""How much a fine is, and how many accounts, posts or the like an act hits."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

from babel.numbers import get_currency_name

from tracker.classify.data_files import DATA
from tracker.classify.daywords import month_names
from tracker.classify.language import LANGUAGES
from tracker.classify.lexicon import Hit, LexiconError, rows_of
from tracker.classify.numerals import EAST_ASIAN, Number, numbers
from tracker.classify.plain import any_of_words, plain, plain_word, sentence_around, words_in

BODY_READ = 1500  # characters of the full text: numbers stand at the top of an article
NEAR_FINE = 90  # characters between an amount and the word for a fine
SMALLEST_FINE = 100
FINES_READ = 20  # words for a fine in a zone that are looked at
CONTEXTS = ("fine", "limit", "open", "other", "rate")
COUNTED = (
    "accounts", "posts", "videos", "channels", "pages", "groups", "apps", "sites", "ads",
    "comments", "listings", "songs", "links",
)  # fmt: skip
ACTING = {
    "ban", "suspend", "remove", "block", "restrict", "label", "demonetize", "deny", "stop",
    "restore",
}  # fmt: skip
# The verb stands at the end of the sentence: what is only threatened shows behind the amount.
VERB_LAST = {"ja", "ko", "hi", "tr", "fa"}
RANGE_BEFORE = re.compile(r"\d\s?[-~]\s?$")
RANGE_AFTER = re.compile(r"\s?[-~]\s?[$€£]?\d")
IN_A_YEAR = re.compile(r"[^.,;]{0,24}(?<!\w)(?:in|en|im|w|в|у|em|nel|pada|năm|nam) (?:19|20)\d\d")
LAST_WORD = re.compile(r"(?P<word>[^\s\d(),:;\"]{1,8})\s?$")
SIGNS = frozenset("$€£¥₹₽₺₩₴₪₫₦₱฿")
SYMBOL_OF = {"australia": "AUD", "esafety": "AUD", "canad": "CAD", "new zealand": "NZD"}
TRADITIONAL = re.compile("[萬億罰臺]")
COUNTER = "[个個件条條款部本名개건篇則则支首種种曲点點張张]"
NO_COUNTER = r"\s?[次年月日人位名歳岁分時时回代番倍粉%]"  # 2次元: no number of things
MAKER = "创作|創作|クリエ|者|主"  # 内容创作者
UNIT = re.compile(rf"\s?[余多]?\s?{COUNTER}")
# "2 milioni di video": a word for "of" behind the number.
OF = {
    "en": ("of",), "fr": ("de",), "es": ("de",), "pt": ("de",), "it": ("di",), "de": ("an", "von"),
    "nl": ("aan",), "ar": ("من",), "fa": ("از",), "hi": ("से",),
}  # fmt: skip
# Words that end the way from a number to its noun: it is the number of something else.
OTHER_CLAUSE = frozenset(
    words_in(
        "on, in, from, with, to, and, or, for, by, at, who, that, which, users, user, "
        "people, times, followers, years, year, days, months, hours, weeks, percent, auf, "
        "und, fur, von, mit, uber, nutzer, menschen, personen, jahre, jahren, monate, tage, "
        "stunden, sur, dans, et, pour, par, avec, utilisateurs, ans, mois, jours, heures, "
        "con, y, para, por, en, usuarios, personas, anos, meses, dias, horas, e, per, su, "
        "com, no, na, nos, nas, utenti, anni, mesi, giorni, ore, op, met, voor, gebruikers, "
        "jaar, maanden, dagen, uur, w, z, i, do, od, dla, uzytkownikow, latach, lat, lata, "
        "dni, miesiecy, godzin, в, на, с, и, к, от, для, человек, пользователей, лет, года, "
        "месяцев, дней, часов, у, з, і, та, користувачів, років, днів, ve, ile, kullanici, "
        "saat, yil, gun, ay, dan, pada, ke, dari, pengguna, tahun, bulan, hari, jam, va, "
        "tren, cho, luot, thang, ngay, gio, سنوات, اشهر, ايام, ساعه, سال, ماه, روز, ساعت, "
        "वर्ष, साल, महीने, दिन, घंटे, שנים, חודשים, ימים, שעות"
    )
)


@dataclass(frozen=True)
class Amount:
    """A fine in whole units of `currency` (ISO 4217); `start` to `end` of `zone` say it."""

    value: int
    currency: str
    zone: str
    start: int
    end: int


@dataclass(frozen=True)
class Affected:
    """How many an act hits; `what` is of COUNTED; `start` to `end` of `zone` say it."""

    number: int
    what: str
    zone: str
    start: int
    end: int


def amount(zones: Mapping[str, str], language: str) -> Amount | None:
    """The fine, penalty or settlement that is imposed or agreed: the first in the title, else the
    summary, else the beginning of the full text. None for one that is threatened, a maximum, a
    daily rate or a range, and for money that is something else.
    """
    code = language if language in LANGUAGES else "en"
    for zone, words in zones.items():
        looked_at = plain(words[:BODY_READ])
        fines = list(islice(_contexts(code)["fine"].finditer(looked_at.text), FINES_READ))
        for number in numbers(looked_at.text, code) if fines else ():
            if not any(_is_near(number, fine) for fine in fines):
                continue
            money = _money(looked_at.text, number, code)
            if money is None or not _is_fine(looked_at.text, money, code):
                continue
            start, end = looked_at.span(money.start, money.end)
            return Amount(money.value, money.currency, zone, start, end)
    return None


def affected(
    zones: Mapping[str, str], hits: Mapping[str, Sequence[Hit]], language: str
) -> Affected | None:
    """How many accounts, posts or the like the act hits: the first such number beside a word for an
    act among `hits`, in the title, else the summary, else the beginning of the full text.
    """
    code = language if language in LANGUAGES else "en"
    for zone, words in zones.items():
        looked_at = plain(words[:BODY_READ])
        acts = [
            (looked_at.place(hit.start), looked_at.place(hit.end))
            for hit in hits[zone]
            if hit.table == "concept" and hit.value in ACTING
        ]
        for number in numbers(looked_at.text, code) if acts else ():
            counted = _counted(looked_at.text, number, code)
            if counted is None or not _has_act(looked_at.text, counted, acts):
                continue
            start, end = looked_at.span(counted.start, counted.end)
            return Affected(counted.number, counted.what, zone, start, end)
    return None


# Money


@cache
def _contexts(language: str) -> dict[str, re.Pattern[str]]:
    row = rows_of(DATA / "amounts.toml").get(language, {})
    if not isinstance(row, dict) or set(row) - set(CONTEXTS):
        raise LexiconError(f"amounts.toml: [{language}] has a list that is not known")
    lists = {name: any_of_words(words_in(str(row.get(name, "")))) for name in CONTEXTS}
    return {
        "fine": re.compile(lists["fine"]),
        "limit": re.compile(rf"(?:{lists['limit']})[\s,:]*$"),
        "open": re.compile(lists["open"]),
        "other": re.compile(lists["other"]),
        "rate": re.compile(rf"[^.,;]{{0,14}}?(?:{lists['rate']})"),
    }


@cache
def _currency_words(language: str) -> dict[str, str]:
    """The words and signs for money, in plain form, with their currency; the language's own full
    names of CLDR besides those of the list.
    """
    listed: dict[str, str] = {}
    for code, text in rows_of(DATA / "currencies.toml").items():
        for word in words_in(str(text)):
            listed.setdefault(plain_word(word), code)
    for code in dict.fromkeys(listed.values()):
        for count in (1, 2, 5):
            name = get_currency_name(code, count, locale=language)
            if " " in name:  # one word alone may be another country's too
                listed.setdefault(plain_word(name), code)
    return listed


@cache
def _currency_behind(language: str) -> re.Pattern[str]:
    either = any_of_words(_currency_words(language))
    return re.compile(rf"[\s-]{{0,2}}(?:(?:de|di|d'|of|dari|من)\s?)?(?P<c>{either})")


def _currency_before(text: str, start: int, language: str) -> str:
    """The word or sign for money that ends at the number, "" for none; only short ones do."""
    match = LAST_WORD.search(text, max(0, start - 12), start)
    if match is None:
        return ""
    word, known = match["word"], _currency_words(language)
    if word in known:
        return word
    if word[-1] in SIGNS:
        return word[-1]
    stems = (s[:-1] for s in known if s.endswith("*"))
    return word if any(word.startswith(stem) for stem in stems) else ""


@dataclass(frozen=True)
class _Money:
    value: int
    currency: str
    start: int
    end: int


def _money(text: str, number: Number, language: str) -> _Money | None:
    """The number with the currency beside it; None where that is open."""
    start, end = number.start, number.end
    word = _currency_before(text, start, language)
    if word:
        start = text.rindex(word, 0, start)
    else:
        match = _currency_behind(language).match(text, number.end, number.end + 40)
        if match is None:
            return None
        word, end = match["c"], match.end()
    currency = _currency(word, text, language)
    value = int(number.value.to_integral_value())
    if not currency or value < SMALLEST_FINE:
        return None
    return _Money(value, currency, start, end)


def _currency(word: str, text: str, language: str) -> str:
    """The ISO code; "" where countries share the sign."""
    if word == "$":
        near = (code for name, code in SYMBOL_OF.items() if name in text)
        return "" if language == "es" else next(near, "USD")
    if word == "元" and TRADITIONAL.search(text):
        return ""
    known = _currency_words(language)
    if word in known:
        return known[word]
    stems = (s for s in known if s.endswith("*") and word.startswith(s[:-1]))
    return known[max(stems, key=len)]


def _is_fine(text: str, money: _Money, language: str) -> bool:
    cues = _contexts(language)
    first, last = sentence_around(text, money.start, money.end)
    before, behind = text[first : money.start], text[money.end : last]
    if (
        cues["limit"].search(before)
        or RANGE_BEFORE.search(before)
        or RANGE_AFTER.match(behind)
        or cues["rate"].match(behind)
        or cues["rate"].search(before[-30:])
        or IN_A_YEAR.match(behind)
        or cues["other"].search(before[-24:])
        or cues["other"].search(behind[:20])
    ):
        return False
    fine = cues["fine"].search(text, max(first, money.start - NEAR_FINE), money.end + NEAR_FINE)
    if fine is None or fine.start() >= last:
        return False
    until = last if language in VERB_LAST else money.start
    return not cues["open"].search(text, first, until)


def _is_near(number: Number, fine: re.Match[str]) -> bool:
    return fine.start() - number.end <= NEAR_FINE and number.start - fine.end() <= NEAR_FINE


# Numbers of accounts, posts, …


@dataclass(frozen=True)
class _Counted:
    number: int
    what: str
    start: int
    end: int


@cache
def _nouns(language: str) -> str:
    """The nouns, each kind a group of its name."""
    row = rows_of(DATA / "counted.toml").get(language, {})
    if not isinstance(row, dict) or set(row) - {*COUNTED, "not"}:
        raise LexiconError(f"counted.toml: [{language}] has a list that is not known")
    return "|".join(
        f"(?P<{name}>{any_of_words(words_in(str(row.get(name, ''))))})" for name in COUNTED
    )


@cache
def _not_before(language: str) -> re.Pattern[str]:
    """What stands before the number of another thing, or of an age."""
    row = rows_of(DATA / "counted.toml").get(language, {})
    words = str(row.get("not", "")) if isinstance(row, dict) else ""
    return re.compile(rf"(?:{any_of_words(words_in(words))})[\s:]*$")


@cache
def _noun_behind(language: str) -> re.Pattern[str]:
    if language in EAST_ASIAN:
        counter = rf"\s?[余多約超]?\s?{COUNTER}?\s?(?:以上|이상|余り|多|余|의)?(?:の|的)?"
        gap = r"[^\d\s、。，,.「」をがは와과]{0,7}?\s?"
        return re.compile(
            rf"(?!{NO_COUNTER})(?P<way>{counter}{gap})(?:{_nouns(language)})(?!{MAKER})"
        )
    word = r"[^\s,.;:!?()\d\"]+"
    way = rf"(?:'\w{{1,4}})?(?:\s+{word}){{0,3}}?"
    return re.compile(rf"(?P<way>{way})[\s-]+(?:d')?(?:{_nouns(language)})")


@cache
def _noun_before(language: str) -> re.Pattern[str]:
    """アカウント2万件: the noun before its number."""
    return re.compile(rf"(?:{_nouns(language)})[\sをがは計约約공총共逾超过過등等,，약]{{0,4}}$")


def _counted(text: str, number: Number, language: str) -> _Counted | None:
    """The number with the noun beside it."""
    before = text[max(0, number.start - 24) : number.start]
    is_whole = number.value == number.value.to_integral_value()
    may_be_year = number.is_bare and 1900 <= number.value <= 2100
    if not is_whole or number.value < 2 or may_be_year or _not_before(language).search(before):
        return None
    match = _noun_behind(language).match(text, number.end, number.end + 70)
    if match and not _leads_elsewhere(match["way"], language):
        if _contexts(language)["rate"].match(text, match.end()) or _is_money(
            text, number, language
        ):
            return None
        return _Counted(int(number.value), _what(match), number.start, match.end())
    if language in EAST_ASIAN and UNIT.match(text, number.end):
        match = _noun_before(language).search(before)
        if match:
            start = number.start - len(before) + match.start()
            return _Counted(int(number.value), _what(match), start, number.end)
    return None


def _is_money(text: str, number: Number, language: str) -> bool:
    behind = _currency_behind(language).match(text, number.end, number.end + 40)
    return bool(behind or _currency_before(text, number.start, language))


def _what(match: re.Match[str]) -> str:
    return next(name for name in COUNTED if match[name] is not None)


def _leads_elsewhere(way: str, language: str) -> bool:
    """Whether the words between number and noun begin something else: "200 users on Facebook
    pages".
    """
    words = way.split()
    if words and words[0] in OF.get(language, ()):
        words = words[1:]
    months = month_names(language)
    return any(word in OTHER_CLAUSE or word in months for word in words)


def _has_act(text: str, counted: _Counted, acts: Sequence[tuple[int, int]]) -> bool:
    """Whether a word for an act stands in its sentence, outside the number itself."""
    first, last = sentence_around(text, counted.start, counted.end)
    return any(
        first <= start < last and (end <= counted.start or start >= counted.end)
        for start, end in acts
    )
