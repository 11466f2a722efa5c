"""What follows from an event's record and is stored for finding it: the text that is searched, the
day that ended it, its parties' days, and what an editor should look at.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import Count

from tracker import database_time
from tracker.classify import Kind
from tracker.events.models import Event, Link, Party, Report
from tracker.events.text import searched, with_text

CHUNK = 300  # events at once
WORDS = ("title_words", "summary_words")
SURE = 0.95  # a confidence that it is an act, from which nobody is asked
SURE_OF_KIND = 0.75  # a confidence of the kind, given that it is an act
NO_TARGET = {Kind.PLATFORM_BLOCK, Kind.POLICY_CHANGE, Kind.LEGAL_ACTION}  # need none
UNKNOWN_TARGET = 0.25  # the doubt that a missing target adds


def reindex(ids: Iterable[int]) -> None:
    """Makes the columns anew that follow from events' records, and of what they undo; a fixed
    number of queries for each CHUNK of events.
    """
    own = set(ids)
    undone = Link.objects.filter(source__in=own, type=Link.Type.UNDOES)
    every = sorted(own | set(undone.values_list("target", flat=True)))
    for start in range(0, len(every), CHUNK):
        _reindex(every[start : start + CHUNK])


class Texts:
    """What is searched of events, by their ids: names of parties with their types, and what the
    reports say.
    """

    def __init__(self, ids: Sequence[int]) -> None:
        self.names: dict[int, list[tuple[str, str]]] = defaultdict(list)
        ordered = Party.objects.filter(event__in=ids).order_by("entity__type", "pk")
        for pk, kind, name in ordered.values_list("event", "entity__type", "entity__name"):
            self.names[pk].append((kind, name))
        self.titles: dict[int, list[str]] = defaultdict(list)
        self.summaries: dict[int, list[str]] = defaultdict(list)
        self.reports = Report.objects.filter(event__in=ids, entry__isnull=False)
        words = self.reports.order_by("pk").values_list("event", "entry__title", "entry__summary")
        for pk, title, summary in words:
            self.titles[pk].append(title)
            self.summaries[pk].append(summary)

    def put(self, event: Event) -> bool:
        """Makes the searched texts of the event anew; whether they differ from those it had."""
        before = event.title_words, event.summary_words
        names = [name for _, name in self.names[event.pk]]
        event.title_words = searched([event.headline, *names, *self.titles[event.pk]])
        event.summary_words = searched(self.summaries[event.pk])
        return before != (event.title_words, event.summary_words)


def fold_again(ids: Sequence[int]) -> int:
    """Makes the searched texts of events anew, as after a change of the folding; how many differ.
    What did not change is not touched, so that nobody compares it with alerts again.
    """
    texts = Texts(ids)
    changed = [event for event in Event.objects.filter(pk__in=ids) if texts.put(event)]
    for event in changed:
        event.indexed_at = database_time.estimate()
    Event.objects.bulk_update(changed, [*WORDS, "indexed_at"])
    return len(changed)


def _reindex(ids: Sequence[int]) -> None:
    events = Event.objects.filter(pk__in=ids)
    texts = Texts(ids)
    reports = texts.reports
    reach = dict(reports.values_list("event").annotate(n=Count("entry__source", distinct=True)))
    ended = _ended(ids)
    found = list(events)
    _repeat(found)
    for event in found:
        texts.put(event)
        event.indexed_at = database_time.estimate()
        event.ended = ended.get(event.pk, "")
        has_target = any(kind == "target" for kind, _ in texts.names[event.pk])
        event.lane, doubt = lane(event, has_target=has_target)
        event.weight = _weight(event, doubt, reach.get(event.pk, 0))
    Event.objects.bulk_update(found, [*WORDS, "ended", "lane", "weight", "indexed_at"])


def _repeat(events: Sequence[Event]) -> None:
    """Parties repeat what their event says."""
    told: dict[tuple[str, str], list[int]] = defaultdict(list)
    for event in events:
        told[event.kind, event.around].append(event.pk)
    for (kind, around), ids in told.items():
        differ = Party.objects.filter(event__in=ids).exclude(kind=kind, around=around)
        differ.update(kind=kind, around=around)


def add_report(event: Event, title: str, summary: str) -> None:
    """What one more report changes, as reindex would have it, without reading all the others."""
    event.title_words = with_text(event.title_words, title)
    event.summary_words = with_text(event.summary_words, summary)
    event.indexed_at = database_time.estimate()
    event.save(update_fields=[*WORDS, "indexed_at"])
    weigh(event)


def weigh(event: Event) -> None:
    """Makes anew what an editor is asked about the event, after its reports or confidence."""
    reports = Report.objects.filter(event=event).aggregate(n=Count("entry__source", distinct=True))
    has_target = Party.objects.filter(event=event, entity__type="target").exists()
    event.lane, doubt = lane(event, has_target=has_target)
    event.weight = _weight(event, doubt, reports["n"])
    event.save(update_fields=["lane", "weight"])


def _weight(event: Event, doubt: float, publishers: int) -> float:
    """What a review would change: doubt times reach (publishers by their names; pages also fold
    reprints). Of unsure events reach alone decides, and the doubt between those of like reach.
    """
    is_unsure = event.lane == Event.Lane.UNSURE
    return round(publishers + doubt if is_unsure else doubt * publishers, 3)


def _ended(ids: Sequence[int]) -> dict[int, str]:
    """The day of the first confirmed act that undoes each event, by its id."""
    undoing = Link.objects.filter(
        target__in=ids,
        type=Link.Type.UNDOES,
        state=Link.State.CONFIRMED,
        source__in=Event.objects.shown(),
    ).exclude(source__occurred="")
    days = undoing.order_by("-source__occurred").values_list("target", "source__occurred")
    return dict(days)  # of several the first day, which comes last


def lane(event: Event, *, has_target: bool) -> tuple[str, float]:
    """What an editor is asked about an event, and how large the doubt is, from 0 to 1.25. Of an
    unsure event the doubt is how likely it is an act: the likeliest are asked about first.
    """
    if event.merged_into_id is not None or event.confidence is None:
        return Event.Lane.NONE, 0.0
    if event.state == Event.State.UNSURE:
        return Event.Lane.UNSURE, event.confidence
    if event.state != Event.State.MACHINE:
        return Event.Lane.NONE, 0.0
    doubt = 1 - event.confidence
    # Events of before this confidence was stored have none, or 0.
    if event.kind_confidence and event.kind_confidence < SURE_OF_KIND:
        return Event.Lane.KIND, 1 - event.kind_confidence
    if not has_target and Kind(event.kind) not in NO_TARGET:
        return Event.Lane.TARGET, doubt + UNKNOWN_TARGET
    return (Event.Lane.NEW, doubt) if event.confidence < SURE else (Event.Lane.NONE, 0.0)
