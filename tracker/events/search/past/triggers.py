"""Name the triggers that store earlier values of rows, for checks that they exist."""

# As created by the first migration.
TRIGGERS = tuple(
    f"events_past_{name}"
    for name in (
        *("event", "confidence", "entity", "alias", "alias_new", "link", "link_gone"),
        *("report", "entry", "source", "language", "classification"),
    )
)
