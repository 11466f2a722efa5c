"""Word the reasons that rows keep as codes with values, in the active language; pure."""

from collections.abc import Callable, Sequence
from typing import Any, TypedDict

from django.utils.translation import gettext, gettext_noop, ngettext

from tracker.classify import Kind
from tracker.events.wording.names import country_name, format_number, kind_name, platform_name

ValueName = Callable[[str], str]


def _kind_or_slug(kind: str) -> str:
    return kind_name(kind) if kind in set(Kind) else kind


# What each code says; "%s" stands for its values.
WORDS = {
    "same_platform": gettext_noop("same platform"),
    "same_platforms": gettext_noop("same platform: %s"),
    "another_platform": gettext_noop("another platform"),
    "same_company": gettext_noop("same company"),
    "same_kind": gettext_noop("same kind: %s"),
    "same_country": gettext_noop("same country: %s"),
    "same_target": gettext_noop("same target: %s"),
    "like_target": gettext_noop("a target of a like name"),
    "same_authority": gettext_noop("same authority: %s"),
    "same_number": gettext_noop("same number: %s"),
    "same_day": gettext_noop("same day"),
    "both_permanent": gettext_noop("both permanent"),
    "both_temporary": gettext_noop("both temporary"),
    "first_report": gettext_noop("first report"),
    "told_in_report": gettext_noop("a report says so"),
    "reports_together": gettext_noop("its reports together say so"),
    "imported": gettext_noop("imported"),
    "imported_again": gettext_noop("imported again"),
    # Why an editor refused an event, of the reasons that the review page offers.
    "refused_threat": gettext_noop("A threat, a call or a plan, not an act"),
    "refused_platform": gettext_noop("No platform is involved"),
    "refused_subject": gettext_noop("Not about moderation"),
    "refused_old": gettext_noop("Old news, reported again"),
    "refused_satire": gettext_noop("Satire or a rumour"),
}
NAMES: dict[str, ValueName] = {
    "same_platforms": platform_name,
    "same_kind": _kind_or_slug,
    "same_country": country_name,
}
COUNTED: dict[str, Callable[[int], str]] = {
    "days_apart": lambda n: ngettext("%s day apart", "%s days apart", n),
    "days_later": lambda n: ngettext("%s day later", "%s days later", n),
    "words_in_common": lambda n: ngettext("%s word in common", "%s words in common", n),
}
REFUSAL_KEYS = {  # of the review page
    "t": "refused_threat",
    "p": "refused_platform",
    "n": "refused_subject",
    "o": "refused_old",
    "s": "refused_satire",
}


def word_reasons(reasons: Sequence[Any]) -> str:
    """Return reasons (code, values) in the active language; what is text, a person wrote, and it
    stands as it is.
    """
    return gettext("; ").join(map(word_reason, reasons))


def word_reason(reason: str | Sequence[Any]) -> str:
    """Return one reason in words; of a code that is not known, the code and its values."""
    if isinstance(reason, str):
        return reason
    code: str = reason[0]
    values: Sequence[Any] = reason[1]
    if code in COUNTED:
        return COUNTED[code](values[0]) % format_number(values[0])
    shown = ", ".join(map(NAMES.get(code, str), values))
    if code not in WORDS:
        return f"{code} {shown}".strip()
    words = gettext(WORDS[code])
    return words % shown if "%s" in words else words


class ReasonData(TypedDict):
    """A reason as it leaves the site; text that a person wrote has no code."""

    code: str
    values: list[str | int]
    words: str


def reason_data(reason: str | Sequence[Any]) -> ReasonData:
    """Return a stored reason as the API and the files give it."""
    is_text = isinstance(reason, str)
    return {
        "code": "" if is_text else reason[0],
        "values": [] if is_text else list(reason[1]),
        "words": word_reason(reason),
    }
