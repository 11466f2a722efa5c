"""The day of the act as a text tells it, and the day from which a measure holds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from tracker.classify.daycues import Role, role_of
from tracker.classify.daywords import (
    SLACK,
    DayWords,
    day_of,
    day_words,
    in_its_year,
    last_day,
    next_day,
)
from tracker.classify.language import LANGUAGES
from tracker.classify.lexicon import Hit
from tracker.classify.plain import plain

STALE = timedelta(days=3650)
NEAR = timedelta(days=60)  # a day farther from its report needs its year
BEGUN = timedelta(days=90)  # "from 1 March", read in May, is more likely past than next year
AHEAD = timedelta(days=1100)  # an announced start lies no farther ahead
STARTED = timedelta(days=420)
FRESH = timedelta(days=3)
SUNDAY = 6
# Ranks: what is likeliest the day of the act comes first.
NEAR_DAY, RELATIVE, DATELINE, NEAR_MONTH, FAR_DAY, FAR_MONTH, BARE_MONTH = range(7)
LIMIT = 24  # days of a zone that are looked at


@dataclass(frozen=True)
class DayMention:
    """`value` is "YYYY-MM-DD" or "YYYY-MM"; characters `start` to `end` of the zone say it.
    `is_relative` sets "on Thursday" and "today" apart from a day with its month; of several zones'
    mentions the one with the lowest `rank` is likeliest the day of the act.
    """

    value: str
    start: int
    end: int
    is_relative: bool = False
    rank: int = 0


def occurred(
    text: str, language: str, published: date | None, hits: Sequence[Hit] = ()
) -> DayMention | None:
    """The day of the act as one zone tells it; None where no day in it is likely to be that.

    Never after `published` (a day of slack for time zones), nor a day that a measure starts or ends
    on, nor that of another happening. A day far from `published` counts only with its year, and
    after those near it and words like "on Tuesday" and "today".
    """
    return _best(text, language, published, hits, _act_day) or _week(published, hits)


def effective_on(
    text: str, language: str, published: date | None, hits: Sequence[Hit] = ()
) -> DayMention | None:
    """The day or month from which the zone says that a measure holds; one without a year is the
    next at or after `published`, unless the text says that it has begun.
    """
    return _best(text, language, published, hits, _start_day)


Reading = Callable[[DayWords, Role, date | None], DayMention | None]


def _best(
    text: str, language: str, published: date | None, hits: Sequence[Hit], read: Reading
) -> DayMention | None:
    """Of the days that `read` makes of the zone's words the likeliest, at its place in `text`."""
    looked_at = plain(text)
    code = language if language in LANGUAGES else "en"
    placed = [
        replace(hit, start=looked_at.place(hit.start), end=looked_at.place(hit.end)) for hit in hits
    ]
    mentions = [
        mention
        for words, role in _roles(looked_at.text, code, published, placed)
        if (mention := read(words, role, published))
    ]
    if not mentions:
        return None
    best = min(mentions, key=lambda mention: (mention.rank, mention.start))
    start, end = looked_at.span(best.start, best.end)
    return replace(best, start=start, end=end)


def day_of_act(
    zones: Mapping[str, str],
    hits: Mapping[str, Sequence[Hit]],
    language: str,
    published: date | None,
    *,
    is_report: bool = True,
) -> tuple[str, DayMention] | None:
    """The zone and mention that tell the day of the act best, the title's before the summary's; in
    a reaction (`is_report` false) a weekday may be that of the reaction, and comes last.
    """
    days = [
        (zone, day)
        for zone, words in zones.items()
        if (day := occurred(words, language, published, hits[zone]))
        # A month deep in the full text is mostly background, and so is a day of long ago.
        and (zone != "body" or (len(day.value) == 10 and day.rank < FAR_DAY))
    ]
    days.sort(key=lambda zone_day: not is_report and zone_day[1].is_relative)
    days.sort(key=lambda zone_day: zone_day[1].rank >= FAR_DAY)
    return days[0] if days else None


def start_of_measure(
    zones: Mapping[str, str],
    hits: Mapping[str, Sequence[Hit]],
    language: str,
    published: date | None,
) -> tuple[str, DayMention] | None:
    """The zone and mention that tell from when a measure holds, the title's before the others'."""
    for zone, words in zones.items():
        day = effective_on(words, language, published, hits[zone])
        if day is not None:
            return zone, day
    return None


def _roles(
    folded: str, language: str, published: date | None, hits: Sequence[Hit]
) -> list[tuple[DayWords, Role]]:
    """The days of the zone, by position, and what each is."""
    spans: list[DayWords] = []
    for words in sorted(day_words(folded, language, hits), key=lambda w: (w.start, -w.end)):
        if not spans or words.start >= spans[-1].end:
            spans.append(words)
        if len(spans) == LIMIT:
            break
    floors = [0, *(w.end for w in spans[:-1])]
    roofs = [*(w.start for w in spans[1:]), len(folded)]
    return [
        (
            in_its_year(words, folded, language, published),
            role_of(folded, words.start, words.end, language, floor=floor, roof=roof),
        )
        for words, floor, roof in zip(spans, floors, roofs, strict=False)
    ]


def _act_day(words: DayWords, role: Role, published: date | None) -> DayMention | None:
    if role in {Role.UNTIL, Role.BEGUN}:
        return None
    if words.is_relative:
        return _relative_act_day(words, role, published)
    value = last_day(words, published)
    if value is None or (published and not _is_past(value, published)):
        return None
    is_near = published is not None and published - value <= NEAR
    is_fresh = published is not None and published - value <= FRESH and words.day > 0
    if (
        (role in {Role.BACKGROUND, Role.START} and not is_fresh)
        or (role is Role.FROM and not is_fresh and not (words.year and words.day))
        or (role is Role.SINCE and not is_near)
        or (words.month and not is_near and (not words.year or words.is_last_year))
    ):
        return None
    if words.day:
        rank = DATELINE if role is Role.DATELINE else NEAR_DAY if is_near else FAR_DAY
        return DayMention(value.isoformat(), words.start, words.end, rank=rank)
    rank = (NEAR_MONTH if is_near else FAR_MONTH) if words.year else BARE_MONTH
    return DayMention(
        f"{value:%Y-%m}", words.start, words.end, is_relative=not words.year, rank=rank
    )


def _is_past(day: date, published: date) -> bool:
    return -SLACK <= published - day <= STALE


def _relative_act_day(words: DayWords, role: Role, published: date | None) -> DayMention | None:
    if published is None or words.weekday >= 7 or (words.days_after or 0) > 0:
        return None
    if words.months_after is not None:
        return None
    back = -(words.days_after or 0)
    if words.weekday >= 0:
        back = (published.weekday() - words.weekday) % 7
        if (role is Role.START and back) or (role is Role.FROM and back > FRESH.days):
            return None
    value = (published - timedelta(days=back)).isoformat()
    return DayMention(value, words.start, words.end, is_relative=True, rank=RELATIVE)


def _start_day(words: DayWords, role: Role, published: date | None) -> DayMention | None:
    if role not in {Role.START, Role.FROM, Role.BEGUN}:
        return None
    if words.is_relative:
        return _relative_start_day(words, role, published)
    value = day_of(words) if words.year else None
    if published is not None:
        value = _likely_start(value, published, role) if value else _start(words, role, published)
    if value is None:
        return None
    shown = value.isoformat() if words.day else f"{value:%Y-%m}"
    return DayMention(shown, words.start, words.end, rank=int(role is Role.BEGUN))


def _likely_start(value: date, published: date, role: Role) -> date | None:
    """The day with its year, unless it is too far off to be news."""
    past = STARTED if role is Role.BEGUN else NEAR
    return value if -past <= value - published <= AHEAD else None


def _start(words: DayWords, role: Role, published: date) -> date | None:
    """The day without its year: the next one, or the last one that the text says it was."""
    last = last_day(words, published)
    if role is Role.BEGUN:
        return last
    if role is Role.FROM and last and last < published and published - last <= BEGUN:
        return None  # as likely past as next year's
    return next_day(words, published)


def _relative_start_day(words: DayWords, role: Role, published: date | None) -> DayMention | None:
    if published is None or role is Role.BEGUN or (words.days_after or 0) < 0:
        return None
    if words.months_after:
        month = published.replace(day=28) + timedelta(days=4)
        return DayMention(f"{month:%Y-%m}", words.start, words.end, is_relative=True)
    ahead = words.days_after or 0
    if words.weekday >= 0:
        ahead = (words.weekday % 7 - published.weekday()) % 7
        if words.weekday >= 7:
            ahead = ahead or 7
        elif role is Role.FROM and ahead:
            return None  # "с понедельника" may be last Monday
    value = (published + timedelta(days=ahead)).isoformat()
    return DayMention(value, words.start, words.end, is_relative=True)


def _week(published: date | None, hits: Sequence[Hit]) -> DayMention | None:
    """The month of a weekend or week that is told without its days, if it lies in one month."""
    if published is None:
        return None
    for hit in hits:
        if hit.value == "weekend":
            day = published - timedelta(days=(published.weekday() - SUNDAY) % 7)
        elif hit.value == "week":
            day = published - timedelta(days=7)
        else:
            continue
        return DayMention(f"{day:%Y-%m}", hit.start, hit.end, is_relative=True, rank=BARE_MONTH)
    return None
