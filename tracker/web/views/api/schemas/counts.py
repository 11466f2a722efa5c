"""How many events there are, by value and by period."""

from tracker.web.views.api.schemas.answers import AboutOut, Answer


class CountOut(Answer):
    value: str
    name: str
    count: int


class PeriodOut(Answer):
    """Events between two days, both included, by what `chart` asks for."""

    since: str
    until: str
    counts: dict[str, int]


class CountsOut(Answer):
    """How many events each value would leave, and how many there are by period."""

    about: AboutOut
    total: int
    facets: dict[str, list[CountOut]]
    periods: list[PeriodOut]
