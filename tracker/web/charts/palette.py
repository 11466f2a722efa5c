"""Define colours and textures of series, for both pages and pictures; pure."""

from dataclasses import dataclass

# The light-mode colours of tracker.css, for exported pictures. A test compares them with the style
# sheet (B3).
COLOURS = {
    "ad_ban": "#c2410c",
    "account_suspension": "#b91c1c",
    "content_removal": "#be185d",
    "reach_restriction": "#a16207",
    "demonetization": "#854d0e",
    "service_denial": "#7c2d12",
    "reinstatement": "#15803d",
    "policy_change": "#1d4ed8",
    "platform_block": "#6b21a8",
    "legal_action": "#475569",
    # All other values have colours that no kind has: a colour means one sort of value.
    "series0": "#0b6e99",
    "series1": "#c9760a",
    "series2": "#5c7f00",
    "series3": "#a04ea6",
    "series4": "#008f7a",
    "series5": "#7a5a4f",
    "others": "#85898f",
}
_RISING = "M-2 2l4-4M0 8l8-8M6 10l4-4"
_FALLING = "M-2 6l4 4M0 0l8 8M6-2l4 4"
# Strokes in the background colour over the series' own, so that colours are not needed to tell
# series apart.
TEXTURES = {
    "ad_ban": "M0 4h8M4 0v8",
    "account_suspension": "",
    "content_removal": _RISING,
    "reach_restriction": "M2 0v8M6 0v8",
    "demonetization": f"{_RISING}{_FALLING}",
    "service_denial": "M0 2h4M4 6h4",
    "reinstatement": "M0 2h8M0 6h8",
    "policy_change": _FALLING,
    "platform_block": "M1 1.5h2M5 5.5h2",
    "legal_action": "M0 4h8",
    "series0": "",
    "series1": _RISING,
    "series2": "M0 2h8M0 6h8",
    "series3": "M1 1.5h2M5 5.5h2",
    "series4": _FALLING,
    "series5": "M0 4h8M4 0v8",
    "others": "M2 0v8M6 0v8",
}


@dataclass(frozen=True)
class Fill:
    """The fill of a series: its name, its colour in a picture and the strokes over it."""

    name: str
    colour: str
    texture: str


def fill_of(name: str) -> Fill:
    """Return the fill of a series by the name of its style."""
    return Fill(name, COLOURS[name], TEXTURES[name])


def style_of(by: str, place: int, value: str | int) -> str:
    """Return the style of a series: a kind's own, else by its position; "others" are grey."""
    if by == "kind":
        return str(value)
    return f"series{place}" if value else "others"
