"""A query, as parameters of an address."""

from ninja import Field, Schema


class FiltersIn(Schema):
    """A query, as the site's addresses have it: values within a field are alternatives, fields must
    all hold.
    """

    q: str = Field("", description="typed text: words and fields, as in the site's search box")
    kind: list[str] = Field([], description="kinds of act, codes or names", examples=[["ad_ban"]])
    platform: list[str] = Field(
        [], description="slugs or names of platforms", examples=[["twitter"]]
    )
    target: list[str] = Field([], description="names of targets", examples=[["RT"]])
    country: list[str] = Field([], description="ISO 3166 codes or names", examples=[["RU"]])
    lang: list[str] = Field([], description="languages of reports (BCP 47)", examples=[["fr"]])
    ground: list[str] = Field([], description="grounds", examples=[["hate"]])
    source: list[str] = Field([], description="hosts of publishers", examples=[["lemonde.fr"]])
    law: list[str] = Field([], description="codes or names of laws", examples=[["dsa"]])
    appeal: list[str] = Field([], description='"announced", "filed", "rejected" or "granted"')
    territory: list[str] = Field([], description='"worldwide", "eu", "country" or "region"')
    degree: list[str] = Field([], description='"partial" or "total"')
    authority: list[str] = Field(
        [], description="names of authorities that decided", examples=[["CNIL"]]
    )
    ordered_by: list[str] = Field([], description="names of those who ordered an act")
    currency: list[str] = Field(
        [], description="currencies of amounts (ISO 4217) or their names", examples=[["EUR"]]
    )
    affected_what: list[str] = Field(
        [], description='what is affected: "accounts", "posts", …', examples=[["accounts"]]
    )
    state: list[str] = Field(
        [],
        description=(
            '"machine", "reviewed" or "unsure"; unsure events are left out unless this asks for'
            " them"
        ),
    )
    origin: list[str] = Field([], description='"history", "machine" or "editor"')
    not_: list[str] = Field([], alias="not", description='what may not hold, as "kind:ad_ban"')
    since: str = Field(
        "", description='the first day, month or year of the act, or "7d", "last-month"'
    )
    until: str = Field("", description="the last one")
    in_force: str = Field(
        "", description='"yes", "ended" or "unknown", or a day on which the measure was in force'
    )
    recorded: str = Field("", description='when it was recorded: "7d", "2026-11", "a..b"')
    changed: str = Field("", description="when it changed last, likewise")
    effective: str = Field(
        "", description='when the measure takes effect: "2026-12", "a..b", "a.." or "..b"'
    )
    effective_since: str = Field("", description="the first day of effect")
    effective_until: str = Field("", description="the last one")
    amount: str = Field(
        "",
        description=(
            'a fine in whole units: ">=100m", "1000000.." or "1m..5m"; only the numbers are'
            " compared unless `currency` says which"
        ),
    )
    amount_from: str = Field("", description="the lowest amount")
    amount_to: str = Field("", description="the highest one")
    affected: str = Field("", description="how many of `affected_what` an act hits, likewise")
    affected_from: str = Field("", description="the lowest number affected")
    affected_to: str = Field("", description="the highest one")
    changed_since: str = Field(
        "",
        description=(
            "a moment like 2026-11-24T12:00:00Z: only what was recorded or changed from then on;"
            " refused and merged events are no longer listed, and their own address says so"
        ),
    )
    names: str = Field("", description='"off": words are not taken for other names')
