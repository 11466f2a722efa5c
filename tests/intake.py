"""What a stranger may send in any field, and how it is seen that none of it was kept."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from django.apps import apps
from django.db import models

import tracker

ROOT = Path(tracker.__file__).parent
# A lone surrogate of the low half stands for the byte that it is made of (PEP 383).
POISON = {
    "a control": "a\x01b",
    "NUL": "a\0b",
    "half a surrogate pair": "a\ud800b",
    "a raw byte": "caf\udce9",
    "letters that grow in lower case": "İ" * 240,
    "10 kB": "x" * 10_000,
    "a tag": "a\U000e0041b",
    "an Arabic mark": "a\u061cb",
    "an escape sequence": "\x1b[31mred\x9b0m",
    "letters that grow when composed": "\u0958" * 300,
    "thousands of digits": "9" * 5_000,
    "two numbers of thousands of digits": f"{'9' * 5_000}:{'9' * 5_000}",
}
MIXED = "".join(text for text in POISON.values() if len(text) < 20)
LONG = {name: text for name, text in POISON.items() if len(text) >= 20}
ODD = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ud800-\udfff"
    "\ufdd0-\ufdef\ufeff\ufffe\uffff\U000e0000-\U000e0fff]"
)


def as_bytes(text: str) -> bytes:
    """The text as it goes over a wire, halves of surrogate pairs and raw bytes too."""
    return b"".join(
        bytes([ord(char) - 0xDC00])
        if "\udc80" <= char <= "\udcff"
        else char.encode("utf-8", "surrogatepass")
        for char in text
    )


def encoded(**values: str) -> str:
    """A query string or a form."""
    return "&".join(f"{name}={quote(as_bytes(value), safe='')}" for name, value in values.items())


def stored() -> Iterator[tuple[str, str]]:
    """(where, text) of every text in the database, also within JSON."""
    for model in apps.get_models():
        names = [
            field.name
            for field in model._meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField | models.JSONField)
        ]
        for row in model._default_manager.values(*names):
            for name, value in row.items():
                for text in _texts(value):
                    yield f"{model.__name__}.{name}", text


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for item in value.items() for part in item for text in _texts(part))
    elif isinstance(value, list | tuple):
        yield from (text for item in value for text in _texts(item))


def assert_clean() -> None:
    """Nothing in the database holds a character that no text may have."""
    odd = {where: ascii(text)[:80] for where, text in stored() if ODD.search(text)}
    assert not odd, odd


def names_read(folder: str, *readers: str) -> set[str]:
    """The names that code under `folder` asks for by `reader.get("name")`, `reader.getlist`,
    `reader["name"]` or `"name" in reader`.
    """
    found: set[str] = set()
    place = ROOT / folder
    for path in [place] if place.is_file() else place.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            found |= _names(node, readers)
    return found


def _names(node: ast.AST, readers: tuple[str, ...]) -> set[str]:
    parts: list[ast.expr] = []
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        is_reader = node.func.attr in {"get", "getlist", "pop"}
        parts = [*node.args[:1]] if is_reader and _is_one(node.func.value, readers) else []
    elif isinstance(node, ast.Subscript) and _is_one(node.value, readers):
        parts = [node.slice]
    elif isinstance(node, ast.Compare) and _is_one(node.comparators[0], readers):
        parts = [node.left]
    return {p.value for p in parts if isinstance(p, ast.Constant) and isinstance(p.value, str)}


def _is_one(node: ast.expr, readers: tuple[str, ...]) -> bool:
    return ast.unparse(node) in readers
