"""What people can type, with an example of each; the help page shows them."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Example:
    """Typed text, and what it finds in words."""

    text: str
    words: str | Promise


@dataclass(frozen=True)
class Topic:
    """Examples of one subject."""

    name: str | Promise
    examples: tuple[Example, ...]


TOPICS = (
    Topic(
        _("Words"),
        (
            Example("suspended accounts", _("both words, in any form: “bans” finds “banned” too")),
            Example('"hate speech"', _("these words next to each other")),
            Example("Навальный", _("a name in any script finds the events under its other names")),
            Example("Навальный names:off", _("only the word as typed")),
            Example("RT -Sputnik", _("without a word")),
        ),
    ),
    Topic(
        _("Fields, by name or code"),
        (
            Example('kind:"ad ban"', _("a kind of act")),
            Example("platform:x", _("a platform")),
            Example('target:"Donald Trump"', _("who or what is affected")),
            Example("country:Germany", _("a country")),
            Example("lang:French", _("the language of reports")),
            Example("source:lemonde.fr", _("a publisher")),
            Example("ground:hate", _("the stated ground")),
            Example("state:unsure", _("events that the program is not sure of")),
            Example("origin:history", _("events from the curated history")),
            Example("-platform:youtube", _("without a value; works for every field")),
        ),
    ),
    Topic(
        _("Combining"),
        (
            Example("platform:x platform:facebook", _("one of several values of a field")),
            Example("RT OR Sputnik", _("one of two words")),
            Example("country:RU (RT OR Sputnik)", _("brackets group alternatives")),
            Example("-(platform:x RT)", _("without events that are both")),
        ),
    ),
    Topic(
        _("Dates"),
        (
            Example("since:2021 until:2022-06", _("the day of the act, month or year")),
            Example("date:2017-10..2018-03", _("between two dates, both included")),
            Example("last month", _("also today, yesterday, this week, last 7 days")),
            Example("since:30d", _("days (d), weeks (w), months (m) or years (y) ago")),
            Example("recorded:7d", _("when the tracker recorded the event")),
            Example("changed:last-week", _("when the event changed last")),
            Example("in_force:yes", _("measures in force today; or ended, unknown, a day")),
        ),
    ),
)
