"""Say how sure an event and each of its facts is: where it comes from, and who checked it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from tracker.events.models import Event
from tracker.events.record.checks import ACCEPTED, CONFIRMED, DISPUTED, EDITOR, FACTS
from tracker.events.search.rows import EventRow
from tracker.events.wording.names import format_day, format_number
from tracker.events.wording.terms import term

UNCHECKED = "unchecked"
# The facts that a history gives; the program reads all others.
IN_HISTORY = {"own_headline", "kinds", "platforms", "targets", "countries", "occurred", "grounds"}
WORDS = {  # one or two words about an event, by what decides it
    "unsure": gettext_noop("Unsure"),
    "disputed": gettext_noop("Disputed"),
    "checked": gettext_noop("Checked"),
    "history": gettext_noop("From the history"),
    "unchecked": gettext_noop("Not checked"),
}


@dataclass(frozen=True)
class FactTrust:
    """Where a fact comes from (as Event.Origin has it) and its check: "unchecked", "confirmed" or
    "disputed", by whom and when; "" if not noted.
    """

    origin: str
    check: str
    by: str = ""
    at: str = ""


def trust_of_facts(row: EventRow) -> Mapping[str, FactTrust]:
    """Return how sure each known fact of the event is, by its name in the record."""
    return {fact: trust_of_fact(row, fact) for fact in FACTS if _is_known(row, fact)}


def trust_of_fact(row: EventRow, fact: str) -> FactTrust:
    """Return how sure one fact is."""
    origin = _origin_of_fact(row, fact)
    if fact in row.checks:
        _fact, state, by, at, _origin = row.checks[fact]
        return FactTrust(origin, state, by, at)
    # Accepting an event only confirms its kind and its platform.
    is_accepted = row.state == Event.State.REVIEWED and fact in ACCEPTED
    return FactTrust(origin, CONFIRMED if is_accepted or origin == EDITOR else UNCHECKED)


def _origin_of_fact(row: EventRow, fact: str) -> str:
    if fact in row.checks and row.checks[fact][4] == EDITOR:
        return EDITOR
    if fact == "occurred" and row.occurred_source in {"history", "editor"}:
        return row.occurred_source
    is_history = row.origin == Event.Origin.HISTORY and fact in IN_HISTORY
    if fact == "own_headline" and not is_history:
        return EDITOR
    if fact == "occurred" and row.occurred_source in {"text", "published"}:
        return Event.Origin.MACHINE.value
    return (Event.Origin.HISTORY if is_history else Event.Origin.MACHINE).value


def _is_known(row: EventRow, fact: str) -> bool:
    if fact == "own_headline":
        return row.headline_source == "person"
    if fact == "grounds":
        return row.grounds not in {"", "unknown"}
    return fact == "kinds" or any(getattr(row, name, "") for name in FACTS[fact])


def check_of_event(row: EventRow) -> str:
    """Return the check of the whole event: "disputed" if one fact is, "confirmed" if an editor
    accepted it, else "unchecked".
    """
    if any(state == DISPUTED for _fact, state, *_ in row.checks.values()):
        return DISPUTED
    return CONFIRMED if row.state == Event.State.REVIEWED else UNCHECKED


def trust_code(row: EventRow) -> str:
    """Return the key of WORDS that best says how sure an event is."""
    check = check_of_event(row)
    if row.state == Event.State.UNSURE:
        return "unsure"
    if check == UNCHECKED:
        return "history" if row.origin == Event.Origin.HISTORY else UNCHECKED
    return DISPUTED if check == DISPUTED else "checked"


def fact_words(row: EventRow, fact: str) -> str:
    """Return how sure a fact is in plain words, as in "Read by the program in 2 reports, not
    checked".
    """
    trust = trust_of_fact(row, fact)
    if trust.check != UNCHECKED:
        return _checked_words(trust)
    if trust.origin == Event.Origin.HISTORY:
        count = row.report_count
        form = ngettext(
            "From the history, with %s source", "From the history, with %s sources", count
        )
        return form % format_number(count)
    if fact == "occurred" and row.occurred_source == "published":
        return _("Inferred by the program, not checked")
    count = _telling_reports(row, fact)
    if not count:
        return _("Read by the program, not checked")
    form = ngettext(
        "Read by the program in %s report, not checked",
        "Read by the program in %s reports, not checked",
        count,
    )
    return form % format_number(count)


def _checked_words(trust: FactTrust) -> str:
    day = format_day(trust.at[:10]) if trust.at else ""
    if trust.check == DISPUTED:
        return _("Disputed by an editor on %s") % day
    if trust.origin == EDITOR:
        return _("Written by an editor on %s") % day if day else _("Written by an editor")
    return _("Confirmed by an editor on %s") % day if day else _("Confirmed by an editor")


def _telling_reports(row: EventRow, fact: str) -> int:
    """Count the reports whose words gave a fact."""
    values: dict[str, set[str]] = {
        "kinds": {row.kind.value, *(kind.value for kind in row.other_kinds)},
        "platforms": {platform.slug for platform in row.platforms},
        "targets": {target.recorded_name for target in row.targets},
        "countries": {country.slug for country in row.countries},
        "occurred": {row.occurred},
        "grounds": {row.grounds},
        "extent": {row.extent},
    }
    known = values.get(fact)
    return sum(
        any(p["field"] == fact and (known is None or p["value"] in known) for p in report.evidence)
        for report in row.reports
    )


def trust_word(row: EventRow) -> str:
    """Return how sure an event is in a word or two, as in "From the history"."""
    return term(WORDS[trust_code(row)])
