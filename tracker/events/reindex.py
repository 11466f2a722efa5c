"""What follows from an event's record and is stored for finding it: the text that is searched, the
day that ended it, its parties' days, and what an editor should look at.
"""

from collections.abc import Iterable

from django.db.models import Count

from tracker.classify import Kind
from tracker.classify.text import fold
from tracker.events.models import Event, Link, Party, Report

SEARCH_LIMIT = 20_000  # characters; the later titles of a large event repeat the earlier ones
SURE = 0.95  # a confidence from which nobody is asked
SURE_OF_KIND = 0.75
NO_TARGET = {Kind.PLATFORM_BLOCK, Kind.POLICY_CHANGE, Kind.LEGAL_ACTION}  # need none
UNKNOWN_TARGET = 0.25  # the doubt that a missing target adds


def reindex(ids: Iterable[int]) -> None:
    """Makes the columns anew that follow from events' records, and of what they undo."""
    own = set(ids)
    undone = Link.objects.filter(source__in=own, type=Link.Type.UNDOES)
    for event in Event.objects.filter(pk__in=own | set(undone.values_list("target", flat=True))):
        _reindex(event)


def _reindex(event: Event) -> None:
    parties = Party.objects.filter(event=event)
    parties.update(kind=event.kind, occurred=event.occurred)
    ordered = parties.order_by("entity__type", "pk")
    names = list(ordered.values_list("entity__type", "entity__name"))
    event.search_text = searched(
        [event.headline, *(name for _, name in names), *_titles(event)],
    )
    event.ended = _ended(event)
    has_target = any(kind == "target" for kind, _ in names)
    event.lane, doubt = lane(event, has_target=has_target)
    event.weight = round(doubt * publishers(event), 3)
    event.save(update_fields=["search_text", "ended", "lane", "weight"])


def publishers(event: Event) -> int:
    """How many publishers report the event, by their names; pages also fold reprints."""
    counted = Report.objects.filter(event=event).aggregate(n=Count("entry__source", distinct=True))
    return int(counted["n"])


def _titles(event: Event) -> Iterable[str]:
    told = Report.objects.filter(event=event, entry__isnull=False).order_by("pk")
    return told.values_list("entry__title", flat=True)[:500]


def searched(texts: Iterable[str]) -> str:
    """Texts folded into one, each once, up to SEARCH_LIMIT characters or a title more."""
    told = ""
    for text in texts:
        told = with_text(told, text)
    return told


def with_text(told: str, text: str) -> str:
    """The searched text with one more."""
    folded = fold(text)
    if len(told) >= SEARCH_LIMIT or folded in told:
        return told
    return f"{told} {folded}".strip()


def _ended(event: Event) -> str:
    """The day of the first confirmed act that undoes it; "" for none."""
    undoing = Event.objects.visible().filter(
        links__target=event, links__type=Link.Type.UNDOES, links__state=Link.State.CONFIRMED
    )
    days = undoing.exclude(occurred="").order_by("occurred").values_list("occurred", flat=True)
    return days.first() or ""


def lane(event: Event, *, has_target: bool) -> tuple[str, float]:
    """What an editor is asked about an event, and how large the doubt is, from 0 to 1.25."""
    is_open = event.state == Event.State.MACHINE and event.merged_into_id is None
    if not is_open or event.confidence is None:
        return Event.Lane.NONE, 0.0
    doubt = 1 - event.confidence
    if event.confidence < SURE_OF_KIND:
        return Event.Lane.KIND, doubt
    if not has_target and Kind(event.kind) not in NO_TARGET:
        return Event.Lane.TARGET, doubt + UNKNOWN_TARGET
    return (Event.Lane.NEW, doubt) if event.confidence < SURE else (Event.Lane.NONE, 0.0)
