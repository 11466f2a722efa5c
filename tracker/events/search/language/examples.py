"""List what people can type, with examples; shown on the help page."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class SearchExample:
    """Typed text, and a description of what it finds."""

    text: str
    words: str | Promise


@dataclass(frozen=True)
class Topic:
    """Examples of one subject."""

    name: str | Promise
    examples: tuple[SearchExample, ...]


TOPICS = (
    Topic(
        _("Words"),
        (
            SearchExample(
                "suspended accounts", _("both words, in any form: “bans” finds “banned” too")
            ),
            SearchExample('"hate speech"', _("these words next to each other")),
            SearchExample(
                "Навальный", _("a name in any script finds the events under its other names")
            ),
            SearchExample("Навальный names:off", _("only the word as typed")),
            SearchExample("RT -Sputnik", _("without a word")),
        ),
    ),
    Topic(
        _("Fields, by name or code"),
        (
            SearchExample('kind:"ad ban"', _("a kind of act")),
            SearchExample("platform:x", _("a platform")),
            SearchExample('target:"Donald Trump"', _("who or what is affected")),
            SearchExample("country:Germany", _("a country")),
            SearchExample("lang:French", _("the language of reports")),
            SearchExample("source:lemonde.fr", _("a publisher")),
            SearchExample("ground:hate", _("the stated ground")),
            SearchExample("law:DSA", _("the law that an act is grounded on")),
            SearchExample('authority:"European Commission"', _("the authority that decided")),
            SearchExample(
                "ordered_by:Roskomnadzor", _("who ordered it, if somebody else carried it out")
            ),
            SearchExample("appeal:filed", _("on appeal: announced, filed, rejected or granted")),
            SearchExample("territory:eu", _("where it applies: worldwide, eu, country or region")),
            SearchExample("degree:partial", _("blocks and limits that are partial or total")),
            SearchExample("amount:>=100m currency:EUR", _("fines of that much, in that currency")),
            SearchExample(
                "amount:1m..5m",
                _("between two amounts, whatever the currency: only the numbers are compared"),
            ),
            SearchExample(
                "affected:>=1000 affected_what:accounts", _("how many of what an act affects")
            ),
            SearchExample("state:unsure", _("events that the program is not sure of")),
            SearchExample("origin:history", _("events from the curated history")),
            SearchExample("-platform:youtube", _("without a value; works for every field")),
        ),
    ),
    Topic(
        _("Combining"),
        (
            SearchExample("platform:x platform:facebook", _("one of several values of a field")),
            SearchExample("RT OR Sputnik", _("one of two words")),
            SearchExample("country:RU (RT OR Sputnik)", _("brackets group alternatives")),
            SearchExample("-(platform:x RT)", _("without events that are both")),
        ),
    ),
    Topic(
        _("Dates"),
        (
            SearchExample("since:2021 until:2022-06", _("the day of the act, month or year")),
            SearchExample("date:2017-10..2018-03", _("between two dates, both included")),
            SearchExample("last month", _("also today, yesterday, this week, last 7 days")),
            SearchExample("since:30d", _("days (d), weeks (w), months (m) or years (y) ago")),
            SearchExample(
                "effective:2026-12", _("when the measure takes effect; or a..b, a.. or ..b")
            ),
            SearchExample("recorded:7d", _("when the tracker recorded the event")),
            SearchExample("changed:last-week", _("when the event changed last")),
            SearchExample("in_force:yes", _("measures in force today; or ended, unknown, a day")),
        ),
    ),
)
