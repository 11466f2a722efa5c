"""Find how many accounts, posts or the like an act affects."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from tracker.classify.data_files import DATA, LexiconError, read_rows
from tracker.classify.facts.days.patterns import month_names
from tracker.classify.facts.money import amount_contexts, is_money
from tracker.classify.letters.language import LANGUAGES
from tracker.classify.letters.plain import any_of_words, sentence_around, split_list, to_plain
from tracker.classify.words.mention import Mention
from tracker.classify.words.numerals import BODY_READ, EAST_ASIAN, Number, find_numbers

COUNTED = (
    "accounts", "posts", "videos", "channels", "pages", "groups", "apps", "sites", "ads",
    "comments", "listings", "songs", "links",
)  # fmt: skip
ACTING = {
    "ban", "suspend", "remove", "block", "restrict", "label", "demonetize", "deny", "stop",
    "restore",
}  # fmt: skip
COUNTER = "[个個件条條款部本名개건篇則则支首種种曲点點張张]"
NO_COUNTER = r"\s?[次年月日人位名歳岁分時时回代番倍粉%]"  # 2次元: not a number of things
MAKER = "创作|創作|クリエ|者|主"  # 内容创作者
UNIT = re.compile(rf"\s?[余多]?\s?{COUNTER}")
# "2 milioni di video": a word for "of" after the number.
OF = {
    "en": ("of",), "fr": ("de",), "es": ("de",), "pt": ("de",), "it": ("di",), "de": ("an", "von"),
    "nl": ("aan",), "ar": ("من",), "fa": ("از",), "hi": ("से",),
}  # fmt: skip
# Words between a number and its noun that make it the number of something else.
OTHER_CLAUSE = frozenset(
    split_list(
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
class AffectedCount:
    """How many an act affects; `what` is of COUNTED; its words are `start` to `end` of `zone`."""

    number: int
    what: str
    zone: str
    start: int
    end: int


def find_affected(
    zones: Mapping[str, str], mentions: Mapping[str, Sequence[Mention]], language: str
) -> AffectedCount | None:
    """Return how many accounts, posts or the like the act affects: the first such number near a
    word for an act among `mentions`, in the title, else the summary, else the start of the full
    text.
    """
    code = language if language in LANGUAGES else "en"
    for zone, words in zones.items():
        plain_text = to_plain(words[:BODY_READ])
        acts = [
            (plain_text.position(mention.start), plain_text.position(mention.end))
            for mention in mentions[zone]
            if mention.table == "concept" and mention.value in ACTING
        ]
        for number in find_numbers(plain_text.text, code) if acts else ():
            counted = _count_at(plain_text.text, number, code)
            if counted is None or not _has_act(plain_text.text, counted, acts):
                continue
            start, end = plain_text.span(counted.start, counted.end)
            return AffectedCount(counted.number, counted.what, zone, start, end)
    return None


# Numbers of accounts, posts, …


@dataclass(frozen=True)
class _CountedNoun:
    number: int
    what: str
    start: int
    end: int


@cache
def _noun_groups(language: str) -> str:
    """Return the nouns, each kind a group of its name."""
    row = read_rows(DATA / "counted.toml").get(language, {})
    if not isinstance(row, dict) or set(row) - {*COUNTED, "not"}:
        raise LexiconError(f"counted.toml: [{language}] has a list that is not known")
    return "|".join(
        f"(?P<{name}>{any_of_words(split_list(str(row.get(name, ''))))})" for name in COUNTED
    )


@cache
def _other_thing_before(language: str) -> re.Pattern[str]:
    """Match the words before the number of another thing, or before an age."""
    row = read_rows(DATA / "counted.toml").get(language, {})
    words = str(row.get("not", "")) if isinstance(row, dict) else ""
    return re.compile(rf"(?:{any_of_words(split_list(words))})[\s:]*$")


@cache
def _noun_behind(language: str) -> re.Pattern[str]:
    if language in EAST_ASIAN:
        counter = rf"\s?[余多約超]?\s?{COUNTER}?\s?(?:以上|이상|余り|多|余|의)?(?:の|的)?"
        gap = r"[^\d\s、。，,.「」をがは와과]{0,7}?\s?"
        return re.compile(
            rf"(?!{NO_COUNTER})(?P<way>{counter}{gap})(?:{_noun_groups(language)})(?!{MAKER})"
        )
    word = r"[^\s,.;:!?()\d\"]+"
    way = rf"(?:'\w{{1,4}})?(?:\s+{word}){{0,3}}?"
    return re.compile(rf"(?P<way>{way})[\s-]+(?:d')?(?:{_noun_groups(language)})")


@cache
def _noun_before(language: str) -> re.Pattern[str]:
    """Match a noun before its number: アカウント2万件."""
    return re.compile(
        rf"(?:{_noun_groups(language)})[\sをがは計约約공총共逾超过過등等,，약]{{0,4}}$"
    )


def _count_at(text: str, number: Number, language: str) -> _CountedNoun | None:
    """Return the number with the noun next to it."""
    before = text[max(0, number.start - 24) : number.start]
    is_whole = number.value == number.value.to_integral_value()
    # A bare 2024 is a year before it is a number of posts.
    may_be_year = number.is_bare and 1900 <= number.value <= 2100
    if (
        not is_whole
        or number.value < 2
        or may_be_year
        or _other_thing_before(language).search(before)
    ):
        return None
    match = _noun_behind(language).match(text, number.end, number.end + 70)
    # "200 users on Facebook pages" counts users.
    if match and not _leads_elsewhere(match["way"], language):
        if amount_contexts(language)["rate"].match(text, match.end()) or is_money(
            text, number, language
        ):
            return None
        return _CountedNoun(int(number.value), _noun_of(match), number.start, match.end())
    if language in EAST_ASIAN and UNIT.match(text, number.end):
        match = _noun_before(language).search(before)
        if match:
            start = number.start - len(before) + match.start()
            return _CountedNoun(int(number.value), _noun_of(match), start, number.end)
    return None


def _noun_of(match: re.Match[str]) -> str:
    return next(name for name in COUNTED if match[name] is not None)


def _leads_elsewhere(way: str, language: str) -> bool:
    """Return whether the words between number and noun lead to something else: "200 users on
    Facebook pages".
    """
    words = way.split()
    if words and words[0] in OF.get(language, ()):
        words = words[1:]
    months = month_names(language)
    return any(word in OTHER_CLAUSE or word in months for word in words)


def _has_act(text: str, counted: _CountedNoun, acts: Sequence[tuple[int, int]]) -> bool:
    """Return whether its sentence contains a word for an act, outside the number itself."""
    first, last = sentence_around(text, counted.start, counted.end)
    return any(
        first <= start < last and (end <= counted.start or start >= counted.end)
        for start, end in acts
    )
