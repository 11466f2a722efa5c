"""Word the reasons that rows store as codes with values, in the active language; pure."""

from collections.abc import Callable, Sequence
from typing import TypedDict

from django.utils.translation import gettext, gettext_noop, ngettext

from tracker.classify import Kind
from tracker.events.reasons import StoredReason, read_reason
from tracker.events.wording.names import country_name, format_number, kind_name, platform_name

ValueName = Callable[[str], str]


def _kind_or_slug(kind: str) -> str:
    return kind_name(kind) if kind in set(Kind) else kind


# The text of each code; "%s" stands for its values.
WORDS = {
    "same_platform": gettext_noop("same platform"),
    "same_platforms": gettext_noop("same platform: %s"),
    "another_platform": gettext_noop("another platform"),
    "same_company": gettext_noop("same company"),
    "same_kind": gettext_noop("same kind: %s"),
    "same_country": gettext_noop("same country: %s"),
    "same_target": gettext_noop("same target: %s"),
    "like_target": gettext_noop("a target with a similar name"),
    "same_authority": gettext_noop("same authority: %s"),
    "same_number": gettext_noop("same number: %s"),
    "same_day": gettext_noop("same day"),
    "both_permanent": gettext_noop("both permanent"),
    "both_temporary": gettext_noop("both temporary"),
    # Translators: how sure the program is of a link that it proposes.
    "certainty": gettext_noop("certainty: %s %%"),
    "first_report": gettext_noop("first report"),
    "told_in_report": gettext_noop("a report says so"),
    "reports_together": gettext_noop("its reports together say so"),
    "imported": gettext_noop("imported"),
    "imported_again": gettext_noop("imported again"),
    # Reasons for refusing an event that the review page offers.
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
    "voted_out": lambda n: ngettext(
        "%s reader says that it does not belong here",
        "%s readers say that it does not belong here",
        n,
    ),
    "words_in_common": lambda n: ngettext("%s word in common", "%s words in common", n),
}
# In the order of the review page, where digits from 1 select them.
REFUSALS = (
    "refused_threat",
    "refused_platform",
    "refused_subject",
    "refused_old",
    "refused_satire",
)


def word_reasons(reasons: Sequence[StoredReason]) -> str:
    """Return reasons (code, values) in the active language; text written by a person is returned
    unchanged.
    """
    return gettext("; ").join(map(word_reason, reasons))


def word_reason(reason: StoredReason) -> str:
    """Return one reason in words; for an unknown code, the code and its values."""
    if isinstance(reason, str):
        return reason
    code, values = read_reason(reason)
    if code in COUNTED:
        count = int(values[0])
        return COUNTED[code](count) % format_number(count)
    shown = ", ".join(map(NAMES.get(code, str), map(str, values)))
    if code not in WORDS:
        return f"{code} {shown}".strip()
    words = gettext(WORDS[code])
    return words % shown if "%s" in words else words


class ReasonData(TypedDict):
    """An exported reason; text written by a person has no code."""

    code: str
    values: list[str | int]
    words: str


def reason_data(reason: StoredReason) -> ReasonData:
    """Return a stored reason in the form for the API and files."""
    code, values = ("", ()) if isinstance(reason, str) else read_reason(reason)
    return {"code": code, "values": list(values), "words": word_reason(reason)}
