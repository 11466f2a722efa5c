"""Why: the words that decided, in one sentence a zone."""

from collections.abc import Iterable, Mapping

ZONES = {"title": "the title", "summary": "the summary", "body": "the full text"}


def explain(evidence: Iterable[Mapping[str, object]], field: str) -> list[str]:
    """["“bans”, “ads” in the title", "“barred” in the summary"] for the evidence of one field, in
    the order of the zones.
    """
    words: dict[str, list[str]] = {zone: [] for zone in ZONES}
    for piece in sorted(evidence, key=lambda e: int(str(e["start"]))):
        if piece["field"] == field:
            words[str(piece["zone"])].append(f"“{piece['words']}”")
    return [f"{', '.join(dict.fromkeys(w))} in {ZONES[zone]}" for zone, w in words.items() if w]
