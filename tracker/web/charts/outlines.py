"""Provide country outlines for a world map, made from Natural Earth's public-domain data.

`python -m tracker.web.charts.outlines countries-110m.json countries-50m.json` makes the data file
from the two files of world-atlas 2.0.2 (npm): shapes from the first, and a point for each country
that only the second has.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import asin, cos, hypot, radians, sin, sqrt
from pathlib import Path
from typing import Any

from babel.core import get_global

WIDTH, HEIGHT = 1000, 440
FILE = Path(__file__).parent / "data" / "outlines.json"
TOLERANCE = 0.2  # maximum deviation of an outline from the original, in degrees
LEAST_AREA = 2.5  # minimum area of an island, in square units
# Equal Earth (Šavrič, Patterson and Jenny, 2018): areas are in proportion, unlike Mercator's.
A1, A2, A3, A4 = 1.340264, -0.081106, 0.000893, 0.003796
SCALE, TOP = WIDTH / 5.41266, 243
# Natural Earth has no code for these; CLDR's code, or that of the state they belong to in ISO 3166.
WITHOUT_CODE = {"Kosovo": "XK", "N. Cyprus": "CY", "Somaliland": "SO"}
LEFT_OUT = {"AQ"}

Point = tuple[float, float]


@dataclass(frozen=True)
class CountryOutline:
    """A country on the map by its ISO 3166 code: an outline (SVG's `d`), or "" and a point."""

    code: str
    path: str
    x: float = 0
    y: float = 0


@cache
def load_outlines() -> tuple[CountryOutline, ...]:
    """Return every country of the map, those with a shape first, so that points are drawn
    on top.
    """
    data = json.loads(FILE.read_text("utf-8"))
    shapes = (CountryOutline(code, path) for code, path in data["shapes"].items())
    points = (CountryOutline(code, "", x, y) for code, (x, y) in data["points"].items())
    return (*shapes, *points)


def project(longitude: float, latitude: float) -> Point:
    """Return the position of a point, given in degrees, on the map."""
    angle = asin(sqrt(3) / 2 * sin(radians(latitude)))
    square = angle * angle
    sixth = square**3
    slope = A1 + 3 * A2 * square + sixth * (7 * A3 + 9 * A4 * square)
    x = 2 * sqrt(3) / 3 * radians(longitude) * cos(angle) / slope
    y = angle * (A1 + A2 * square + sixth * (A3 + A4 * square))
    return WIDTH / 2 + x * SCALE, TOP - y * SCALE


def simplify(points: Sequence[Point]) -> list[Point]:
    """Return the points without those within TOLERANCE of the line (Douglas-Peucker)."""
    if len(points) < 3:
        return list(points)
    (x0, y0), (x1, y1) = points[0], points[-1]
    length = hypot(x1 - x0, y1 - y0)

    def distance(point: Point) -> float:
        x, y = point
        if not length:
            return hypot(x - x0, y - y0)
        return abs((x1 - x0) * (y0 - y) - (x0 - x) * (y1 - y0)) / length

    farthest = max(range(1, len(points) - 1), key=lambda i: distance(points[i]))
    if distance(points[farthest]) <= TOLERANCE:
        return [points[0], points[-1]]
    return [*simplify(points[: farthest + 1])[:-1], *simplify(points[farthest:])]


def main(shapes_file: str, points_file: str) -> int:
    shapes: dict[str, str] = {}
    for code, rings in _countries(shapes_file):
        if path := "".join(map(_path_of, _kept_rings(rings))):
            shapes[code] = shapes.get(code, "") + path
    points = {
        code: [round(value, 1) for value in _middle(max(rings, key=_area))]
        for code, rings in _countries(points_file)
        if code not in shapes
    }
    data = {"shapes": dict(sorted(shapes.items())), "points": dict(sorted(points.items()))}
    FILE.write_text(json.dumps(data, indent=0) + "\n", "utf-8")
    return 0


def _countries(path: str) -> Iterator[tuple[str, list[list[Point]]]]:
    """Yield the code and the rings, on the map, of each country of a file in TopoJSON."""
    topology = json.loads(Path(path).read_text("utf-8"))
    arcs = [_decode(arc, topology["transform"]) for arc in topology["arcs"]]
    aliases = get_global("territory_aliases")
    for shape in topology["objects"]["countries"]["geometries"]:
        known = aliases.get(str(shape.get("id")), [WITHOUT_CODE.get(shape["properties"]["name"])])
        if known[0] and known[0] not in LEFT_OUT:
            polygons = [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]
            # Only outer rings: a hole is another country's own shape.
            yield known[0], [_join(polygon[0], arcs) for polygon in polygons]


def _decode(arc: Sequence[Sequence[int]], transform: dict[str, Any]) -> list[Point]:
    x = y = 0
    points = []
    for dx, dy in arc:
        x, y = x + dx, y + dy
        pair = zip((x, y), transform["scale"], transform["translate"], strict=True)
        longitude, latitude = (value * scale + offset for value, scale, offset in pair)
        points.append((longitude, latitude))
    # Both countries at a border share the arc, so no gap opens.
    return simplify(points) if points[0] != points[-1] else _simplify_ring(points)


def _simplify_ring(points: Sequence[Point]) -> list[Point]:
    middle = len(points) // 2
    return [*simplify(points[: middle + 1])[:-1], *simplify(points[middle:])]


def _join(indexes: Sequence[int], arcs: Sequence[Sequence[Point]]) -> list[Point]:
    """Return a ring on the map. One that crosses the antimeridian continues beyond the eastern
    edge, so that Chukotka is next to Yakutia.
    """
    ring: list[Point] = []
    for index in indexes:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        ring += arc[1:] if ring else arc
    crosses = any(abs(x1 - x0) > 180 for (x0, _), (x1, _) in pairwise(ring))
    return [project(x + 360 if crosses and x < 0 else x, y) for x, y in ring]


def _kept_rings(rings: Sequence[Sequence[Point]]) -> list[Sequence[Point]]:
    largest = max(rings, key=_area)
    return [ring for ring in rings if ring is largest or _area(ring) >= LEAST_AREA]


def _area(ring: Sequence[Point]) -> float:
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(ring))) / 2


def _middle(ring: Sequence[Point]) -> Point:
    return sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring)


def _path_of(ring: Sequence[Point]) -> str:
    """Return a ring as SVG's `d`, in whole units from point to point."""
    rounded = [(round(x), round(y)) for x, y in ring[:-1]]
    (x, y), *others = list(dict.fromkeys(rounded))
    path, before = f"M{x} {y}l", (x, y)
    for point in others:
        dx, dy = point[0] - before[0], point[1] - before[1]
        path += f"{' ' if path[-1] != 'l' and dx >= 0 else ''}{dx}{'' if dy < 0 else ' '}{dy}"
        before = point
    return f"{path.removesuffix('l')}z"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
