"""Find the day of the act that a text gives."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from tracker.classify.facts.days.calendar import SLACK, last_day
from tracker.classify.facts.days.cues import DayRole
from tracker.classify.facts.days.day_words import DayWords
from tracker.classify.facts.days.mentions import NEAR, DayMention, best_day
from tracker.classify.words.mention import Mention

STALE = timedelta(days=3650)
FRESH = timedelta(days=3)
SUNDAY = 6
# Ranks, the likeliest day of the act first.
NEAR_DAY, RELATIVE, DATELINE, NEAR_MONTH, FAR_DAY, FAR_MONTH, BARE_MONTH = range(7)


def act_day_in(
    text: str, language: str, published: date | None, mentions: Sequence[Mention] = ()
) -> DayMention | None:
    """Return the day of the act by one zone; None where no day in it is likely to be that.

    Never after `published` (a day of slack for time zones), nor a day that a measure starts or ends
    on, nor that of another event. A day far from `published` counts only with its year, and after
    those near it and words like "on Tuesday" and "today".
    """
    return best_day(text, language, published, mentions, _act_day) or _month_of_week(
        published, mentions
    )


def find_act_day(
    zones: Mapping[str, str],
    mentions: Mapping[str, Sequence[Mention]],
    language: str,
    published: date | None,
    *,
    is_report: bool = True,
) -> tuple[str, DayMention] | None:
    """Return the zone and day that best say when the act was, the title's before the summary's; in
    a reaction (`is_report` false) a weekday may be that of the reaction, and comes last.
    """
    days = [
        (zone, day)
        for zone, words in zones.items()
        if (day := act_day_in(words, language, published, mentions[zone]))
        # A month deep in the full text is mostly background, and so is a day long ago.
        and (zone != "body" or (len(day.value) == 10 and day.rank < FAR_DAY))
    ]
    # Sorting is stable: among equals the title stays first.
    days.sort(key=lambda zone_day: not is_report and zone_day[1].is_relative)
    days.sort(key=lambda zone_day: zone_day[1].rank >= FAR_DAY)
    return days[0] if days else None


def _act_day(words: DayWords, role: DayRole, published: date | None) -> DayMention | None:
    if role in {DayRole.UNTIL, DayRole.BEGUN}:
        return None
    if words.is_relative:
        return _relative_act_day(words, role, published)
    value = last_day(words, published)
    if value is None or (published and not _is_past(value, published)):
        return None
    # A day of background or of an announced start is the act's only if it is fresh news.
    is_near = published is not None and published - value <= NEAR
    is_fresh = published is not None and published - value <= FRESH and words.day > 0
    if (
        (role in {DayRole.BACKGROUND, DayRole.START} and not is_fresh)
        or (role is DayRole.FROM and not is_fresh and not (words.year and words.day))
        or (role is DayRole.SINCE and not is_near)
        or (words.month and not is_near and (not words.year or words.is_last_year))
    ):
        return None
    if words.day:
        rank = DATELINE if role is DayRole.DATELINE else NEAR_DAY if is_near else FAR_DAY
        return DayMention(value.isoformat(), words.start, words.end, rank=rank)
    rank = (NEAR_MONTH if is_near else FAR_MONTH) if words.year else BARE_MONTH
    return DayMention(
        f"{value:%Y-%m}", words.start, words.end, is_relative=not words.year, rank=rank
    )


def _is_past(day: date, published: date) -> bool:
    return -SLACK <= published - day <= STALE


def _relative_act_day(words: DayWords, role: DayRole, published: date | None) -> DayMention | None:
    if published is None or words.weekday >= 7 or (words.days_after or 0) > 0:
        return None
    if words.months_after is not None:
        return None
    days_ago = -(words.days_after or 0)
    if words.weekday >= 0:
        # The last such day: on a Monday, "Monday" means today.
        days_ago = (published.weekday() - words.weekday) % 7
        if (role is DayRole.START and days_ago) or (role is DayRole.FROM and days_ago > FRESH.days):
            return None
    value = (published - timedelta(days=days_ago)).isoformat()
    return DayMention(value, words.start, words.end, is_relative=True, rank=RELATIVE)


def _month_of_week(published: date | None, mentions: Sequence[Mention]) -> DayMention | None:
    """Return the month of a weekend or week that is named without its days, if it lies in one
    month.
    """
    if published is None:
        return None
    for mention in mentions:
        if mention.value == "weekend":
            day = published - timedelta(days=(published.weekday() - SUNDAY) % 7)
        elif mention.value == "week":
            # "This week" or the last: from its Monday to the day of the report.
            day = published - timedelta(days=published.weekday() + 7)
            if day.month != published.month:
                continue
        else:
            continue
        return DayMention(
            f"{day:%Y-%m}", mention.start, mention.end, is_relative=True, rank=BARE_MONTH
        )
    return None
