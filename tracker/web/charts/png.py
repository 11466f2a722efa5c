"""Convert a chart's SVG to PNG, with fonts for every script."""

import re
from functools import cache
from pathlib import Path

import resvg_py

ZOOM = 2  # pixels for each unit of the SVG
FAMILY = "Noto Sans"
SHIPPED = Path(__file__).parent / "fonts"  # Latin, Greek and Cyrillic
SYSTEM_FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".local/share/fonts",
    Path("/Library/Fonts"),
)
# Regular faces only: given all styles, resvg chooses bold or slanted ones (decisions.md, resvg-py).
FONT_NAME = re.compile(r"NotoSans(?!Mono)\w*-Regular\.(?:ttf|otf|ttc)")
# resvg replaces glyphs one by one when it falls back to another font, which fails in scripts whose
# letters join: runs of these name their font instead. Unicode blocks of 128 characters each.
JOINING = {
    0x0900: "Devanagari",
    0x0980: "Bengali",
    0x0A00: "Gurmukhi",
    0x0A80: "Gujarati",
    0x0B00: "Oriya",
    0x0B80: "Tamil",
    0x0C00: "Telugu",
    0x0C80: "Kannada",
    0x0D00: "Malayalam",
    0x0D80: "Sinhala",
}
RUNS = re.compile("|".join(f"[{chr(start)}-{chr(start + 0x7F)}]+" for start in JOINING))


def render_png(svg: str) -> bytes:
    """Return the picture; scripts whose Noto font is neither shipped nor installed show boxes."""
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=RUNS.sub(_name_font, svg),
            zoom=ZOOM,
            font_family=FAMILY,
            sans_serif_family=FAMILY,
            skip_system_fonts=True,  # given all styles it would choose bold or slanted ones
            font_files=_font_files(),
        )
    )


def _name_font(run: re.Match[str]) -> str:
    script = JOINING[ord(run[0][0]) & ~0x7F]
    return f'<tspan font-family="{FAMILY} {script}, {FAMILY}">{run[0]}</tspan>'


@cache
def _font_files() -> list[str]:
    """Return paths of the regular Noto Sans fonts, the shipped one first, one file for each
    name.
    """
    paths = {path.name: path for path in SHIPPED.iterdir() if FONT_NAME.fullmatch(path.name)}
    for folder in SYSTEM_FOLDERS:
        for path in sorted(folder.rglob("NotoSans*")):
            if FONT_NAME.fullmatch(path.name):
                # The first file of a name wins, so that pictures look the same on every machine.
                paths.setdefault(path.name, path)
    return [str(path) for path in paths.values()]
