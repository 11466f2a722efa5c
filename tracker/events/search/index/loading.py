"""Read the values of events' rows into sets."""

import json
from collections.abc import Sequence

from tracker.events.in_force import counted_kinds
from tracker.events.queried import FOLDED, queried_value
from tracker.events.search.facts import KINDS, MONTHS, PARTIES, PRINTED, parts
from tracker.events.search.fulltext import parse_ids
from tracker.index.sets import Draft
from tracker.partial_date import month_text


def load_values(draft: Draft, ids: Sequence[int] | None) -> None:
    """Add the values of these events' rows, or of all; one query."""
    first, *others = (part.order_by().values_list("field", "value", "ids") for part in parts(ids))
    for field, value, text in first.union(*others, all=True):
        events = parse_ids(text)
        if field == KINDS:
            main, others = value.split("\n", 1)
            kinds = counted_kinds((main, *json.loads(others)))
            draft.add("main_kind", kinds[0], events)
            for kind in kinds:
                draft.add("kind", kind, events)
            continue
        if field in FOLDED:
            draft.add(PRINTED[field], value, events)
        stored = int(value) if field in PARTIES else queried_value(field, value)
        draft.add(field, stored, events)
        if field in MONTHS:
            draft.add(MONTHS[field], month_text(value), events)
