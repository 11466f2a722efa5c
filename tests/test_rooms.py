"""Where code lies: what import-linter cannot say about folders; which rooms know no database."""

import ast
from pathlib import Path

import pytest

import tracker

ROOT = Path(tracker.__file__).parent
PURE = [
    "classify",
    "events/grouping",
    "events/wording",
    "events/text.py",
    "events/tables.py",
    "events/dsa.py",
    "events/in_force.py",
    "events/queried.py",
    "events/reasons.py",
    "feeds/dates",
    "text.py",
    "partial_date.py",
    "redact.py",
]
MODULES = 12  # in a folder, beside __init__, __main__ and apps
LINES = 45  # of a function
# Django finds commands in one folder only.
FLAT = {"management/commands"}
# Rooms that are still too full, with how many modules they hold: the numbers may only shrink.
CROWDED: dict[str, int] = {}
# To be split; the list may only shrink.
TOO_LONG = {"_create_split_event", "parse"}


def modules(place):
    path = ROOT / place
    return [path] if path.is_file() else sorted(path.rglob("*.py"))


def imports(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("place", PURE)
def test_pure_rooms_know_no_database(place):
    files = modules(place)
    assert files
    found = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in files
        for name in imports(path)
        if name.startswith("django.db") or name.endswith(".models")
    }
    assert found == set()


def test_a_folder_has_no_more_modules_than_a_reader_can_hold():
    crowded = {}
    for folder in {path.parent for path in ROOT.rglob("*.py")}:
        name = folder.relative_to(ROOT).as_posix()
        count = sum(p.stem not in {"__init__", "__main__", "apps"} for p in folder.glob("*.py"))
        if "migrations" not in folder.parts and name not in FLAT and count > MODULES:
            crowded[name] = count
    assert crowded == CROWDED


def test_functions_fit_on_a_screen():
    long = {
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}": length
        for path in ROOT.rglob("*.py")
        if "migrations" not in path.parts
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name not in TOO_LONG
        and (length := (node.end_lineno or 0) - node.lineno + 1) > LINES
    }
    assert long == {}
