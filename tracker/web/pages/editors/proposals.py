"""List an event's open proposals for the desk: articles that readers voted out, and second acts
that articles report.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tracker.events.models import SecondAct
from tracker.events.review.remarks import Remark
from tracker.events.search.rows import EventRow
from tracker.events.wording.names import country_name, format_day, kind_name, platform_name


@dataclass(frozen=True)
class OpenDispute:
    """An article that readers voted out; `is_out` if it was removed from the event."""

    id: int
    title: str
    publisher: str
    votes: int
    at: datetime
    is_out: bool


@dataclass(frozen=True)
class OpenSecondAct:
    """A second act that an article reports in some `words`: its facts, and the stored event that it
    may be, None if it would be a new one.
    """

    id: int
    words: str
    language: str
    proposal: str
    other_id: int | None
    other_headline: str


def open_dispute(remark: Remark) -> OpenDispute:
    """Return what readers voted out as the desk shows it."""
    return OpenDispute(
        id=remark.pk,
        title=remark.text,
        publisher=remark.about,
        votes=remark.votes,
        at=remark.at,
        is_out=bool(remark.detail),
    )


def open_second_act(act: SecondAct, rows: Mapping[int, EventRow]) -> OpenSecondAct:
    """Return a second act for the desk; `rows` has the stored event that it may be."""
    other = act.other.itself if act.other else None
    return OpenSecondAct(
        id=act.pk,
        words=act.words,
        language=act.entry.language,
        proposal=_act_words(act),
        other_id=other.pk if other else None,
        other_headline=rows[other.pk].headline if other else "",
    )


def _act_words(act: SecondAct) -> str:
    parts = (
        kind_name(act.kind),
        ", ".join(map(platform_name, act.platforms)),
        ", ".join(act.targets),
        ", ".join(map(country_name, act.countries)),
        format_day(act.occurred) if act.occurred else "",
    )
    return " · ".join(filter(None, parts))
