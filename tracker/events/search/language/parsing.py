"""Read a Query from typed text, or from a page's address; pure.

kind:"ad ban" platform:x country:Germany since:2017-10 until:2018-03-31 "RT" discrimination
target:"Donald Trump" in_force:2021-03-01 lang:fr ground:hate -platform:youtube -lawsuit
law:dsa appeal:filed territory:eu degree:partial authority:CNIL ordered_by:Roskomnadzor
amount:>=100m currency:EUR affected:1000..5000 affected_what:accounts effective:2026-12..
date:2017-10..2018-03 in_force:unknown source:lemonde.fr origin:history names:off event:123
(platform:x OR platform:facebook) -(RT Sputnik) since:7d recorded:last-month changed:2026-11-01..
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from tracker.events.search.language.days import SPAN, stored_day, stored_span
from tracker.events.search.language.fields import FieldReader
from tracker.events.search.language.pieces import Alternatives, Bracket, Node, Piece, read_pieces
from tracker.events.search.language.spans import ENDS, join_spans
from tracker.events.search.query import FIELDS, SINGLE, SPANS, TEXT_LIMIT, Query, QueryError
from tracker.events.wording.names import format_number
from tracker.text import clean_text

FAULTS = {
    "(": lambda: _("Close the bracket with “)”"),
    ")": lambda: _("Open the bracket with “(”"),
    "OR": lambda: _("Write a condition before and after OR"),
    "NOT": lambda: _("Write a condition after NOT"),
}


def parse(text: str, *, is_strict: bool = False) -> Query:
    """Parse a typed query; quoted text is one word, including colons.

    Raises QueryError for an unknown field or value, an invalid date, an open quote, or a text that
    is too long; for an open bracket, an unknown platform, country or language, a day that does not
    exist and a span that ends before it begins only if `is_strict`, since stored alerts may contain
    these and must keep working.
    """
    reader = QueryReader(is_strict=is_strict)
    query = reader.read(text)
    return reader.checked(query)


def build_query(
    values: Mapping[str, Iterable[str]],
    excluded: Iterable[tuple[str, str]] = (),
    brackets: Query | None = None,
    *,
    is_strict: bool = False,
) -> Query:
    """Build a Query from lists of values by field, as a page's parameters give them, with the
    groups of `brackets`; blanks are skipped.

    Raises QueryError.
    """
    reader = QueryReader(is_strict=is_strict)
    query = reader.build(values, excluded)
    if brackets:
        query = replace(query, groups=brackets.groups, barred=brackets.barred)
    return reader.checked(query)


def read_address(text: str, values: Mapping[str, Iterable[str]]) -> Query:
    """Return the query of a typed text combined with the values of a page's address. Raises
    QueryError with the problems of both, including unknown values of any field.
    """
    ticked = frozenset(name for name in FIELDS if any(map(clean_text, values.get(name, ()))))
    reader = QueryReader(is_strict=True, ticked=ticked)
    typed = reader.read(text)
    combined = {name: [*getattr(typed, name), *values.get(name, ())] for name in FIELDS}
    combined |= {name: [getattr(typed, name), *values.get(name, ())] for name in SINGLE}
    for end, (name, _form) in ENDS.items():
        combined[name] += reader.ends(end, values.get(end, ()))
    query = reader.build({**combined, "words": typed.words}, typed.excluded)
    return reader.checked(replace(query, groups=typed.groups, barred=typed.barred))


class QueryReader:
    """Reads a query and collects its problems. `ticked` are fields that the page's address also
    restricts: brackets on them narrow the ticked values instead of adding to them.
    """

    def __init__(self, *, is_strict: bool, ticked: frozenset[str] = frozenset()) -> None:
        self._is_strict = is_strict
        self._ticked = ticked
        self._fields = FieldReader(is_strict=is_strict)

    def read(self, text: str) -> Query:
        # An open quote would silently swallow the rest of the query.
        if text.count('"') % 2:
            self._fields.report(_("Close the quotation mark"), '"')
            text = text.replace('"', "")[:TEXT_LIMIT]
        typed = read_pieces(text)
        for sign in typed.faults if self._is_strict else ():
            self._fields.report(FAULTS[sign](), sign)
        return self._query(typed.alternatives)

    def checked(self, query: Query) -> Query:
        """Return the query if it has no problem, else raise QueryError."""
        if len(query.text()) > TEXT_LIMIT:
            reason = _("the query is longer than %s characters") % format_number(TEXT_LIMIT)
            self._fields.report(reason, f"{query.text()[:40]}…")
            query = Query()
        if problems := self._fields.problems:
            raise QueryError(problems, query.text())
        return query

    def ends(self, end: str, values: Iterable[str]) -> list[str]:
        """Return the valid open spans of a form's field for one end."""
        typed = filter(None, map(clean_text, values))
        return [span for value in typed if (span := self._fields.stored_end(end, value))]

    def build(
        self, values: Mapping[str, Iterable[str]], excluded: Iterable[tuple[str, str]] = ()
    ) -> Query:
        """Return the query of the valid pieces."""
        several = (*FIELDS, "words")
        fields: dict[str, Any] = {n: self._fields.stored(n, values.get(n, ())) for n in several}
        for name in SINGLE:
            typed = map(clean_text, values.get(name, ()))
            stored = [self._fields.stored_single(name, value) for value in typed]
            last = next((value for value in reversed(stored) if value), "")
            span = join_spans(stored) if name in SPANS else last
            fields[name] = self._fields.ordered_span(name, span)
        since, until = fields["since"], fields["until"]
        if since and until and not self._fields.ordered_span("date", f"{since}..{until}"):
            fields["since"] = fields["until"] = ""
        pairs = ((name, self._fields.stored(name, [value])) for name, value in excluded)
        fields["excluded"] = tuple(dict.fromkeys((n, v) for n, found in pairs for v in found))
        return Query(**fields)

    def _query(self, alternatives: Alternatives) -> Query:
        if len(alternatives) < 2:
            return self._conjunction(alternatives[0]) if alternatives else Query()
        return self._conjunction([Bracket(alternatives)])

    def _conjunction(self, nodes: Sequence[Node]) -> Query:
        nodes = list(_opened(nodes))
        values: dict[str, list[str]] = {name: [] for name in (*FIELDS, *SINGLE, "words")}
        excluded: list[tuple[str, str]] = []
        groups: list[tuple[Query, ...]] = []
        barred: list[Query] = []
        for node in nodes:
            if isinstance(node, Piece):
                self._put(node, values, excluded)
            elif node.is_excluded:
                barred.append(self._query(node.alternatives))
            else:
                groups.append(tuple(map(self._conjunction, node.alternatives)))
        asked = [node for node in nodes if isinstance(node, Piece) and not node.is_excluded]
        for group in list(groups):
            field = _common_field(group)
            # (kind:a OR kind:b) means the same as ticking both, so the facets show it.
            if field and field not in {*self._ticked, *(node.name for node in asked)}:
                asked.append(Piece(field, "", ""))
                values[field] += [value for query in group for value in getattr(query, field)]
                groups.remove(group)
        query = self.build(values, excluded)
        if any(inner.names for inner in (*barred, *(q for group in groups for q in group))):
            query = replace(query, names="off")  # it applies to all that is typed
            barred = [replace(inner, names="") for inner in barred]
            groups = [tuple(replace(inner, names="") for inner in group) for group in groups]
        filled = (tuple(dict.fromkeys(inner for inner in g if inner)) for g in groups)
        return replace(
            query,
            groups=tuple(group for group in filled if group),
            barred=tuple(query for query in barred if query),
        )

    def _put(
        self, piece: Piece, values: dict[str, list[str]], excluded: list[tuple[str, str]]
    ) -> None:
        """Add what a piece says to the values by field, or to what is excluded."""
        name = piece.name or "words"
        if piece.is_excluded and name in (*FIELDS, "words"):
            excluded.append((name, piece.value))
        elif name == "date" and not piece.is_excluded:
            since, until = _ends_of(piece.value)
            values["since"].append(since)
            values["until"].append(until)
        elif name in ENDS and not piece.is_excluded:
            field, form = ENDS[name]
            values[field].append(form % piece.value)
        elif name in values and not piece.is_excluded:
            values[name].append(piece.value)
        else:
            known = ", ".join((*FIELDS, "date", *SINGLE))
            parts = {"name": name, "known": known}
            reason = _("Unknown field “%(name)s”. Use one of: %(known)s") % parts
            if name in (*SINGLE, *ENDS, "date"):
                reason = _("“%s” cannot be excluded with a minus sign") % name
            self._fields.report(reason, piece.text)
            values["words"].append(piece.value.replace('"', "")[:TEXT_LIMIT])


def _opened(nodes: Sequence[Node]) -> Iterator[Node]:
    """Yield the nodes, with brackets without OR replaced by their contents."""
    for node in nodes:
        if isinstance(node, Bracket) and not node.is_excluded and len(node.alternatives) < 2:
            yield from _opened(node.alternatives[0] if node.alternatives else ())
        else:
            yield node


def _common_field(group: Sequence[Query]) -> str:
    """Return the only field that each query restricts; "" if there is none."""
    for name in FIELDS:
        values = [getattr(query, name) for query in group]
        if all(values) and list(group) == [Query(**{name: value}) for value in values]:
            return name
    return ""


def _ends_of(typed: str) -> tuple[str, str]:
    """Return both ends of `date:`: those of a span, the same day twice, or the beginning of "7
    days".
    """
    span = SPAN.fullmatch(typed)
    if span:
        return span[1], span[2]
    return (stored_day(typed), "") if stored_span(typed).endswith("..") else (typed, typed)
