"""Turn editors' decisions into training examples."""

from tracker.classify import Coverage, Kind, Text
from tracker.classify.training.examples import Example
from tracker.events.models import Correction, Report


def correction_examples() -> list[tuple[int, Example]]:
    """Return the latest decision for each entry whose kinds an editor decided, with its event's id;
    ordered by entry.
    """
    decided = Correction.objects.standing().filter(field=Correction.Field.KINDS)
    decided = decided.select_related("entry__classification")
    latest = {row.entry_id: row for row in decided.order_by("at", "pk")}
    reports = Report.objects.filter(entry__in=latest).order_by("-pk")
    events = dict(reports.values_list("entry", "event"))
    return [(events[entry], _example(latest[entry])) for entry in sorted(latest)]


def _example(row: Correction) -> Example:
    entry = row.entry
    classification = getattr(entry, "classification", None)
    kinds = tuple(Kind(kind) for kind in row.value)
    coverage = Coverage(classification.coverage if classification and kinds else "")
    return Example(Text(entry.title, entry.summary, "", entry.language), kinds, coverage)
