"""One plain vocabulary: no name that says nothing, no class name used twice."""

import ast
from collections import defaultdict

import pytest

from tests.processes import ROOT

FORBIDDEN = frozenset(
    [
        "told",
        "found",
        "one",
        "made",
        "wanted",
        "held",
        "kept",
        "stood",
        "seen",
        "sight",
        "looks",
        "wish",
        "lane",
        "judge",
        "back",
        "rest",
        "some",
        "thing",
    ]
)
# Django looks for classes of these names.
EXPECTED_BY_DJANGO = frozenset(["Command"])


def sources():
    """Yield each module of the tracker with its tree; migrations are history and stay."""
    for path in sorted((ROOT / "tracker").rglob("*.py")):
        if "migrations" not in path.parts:
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8"))


def named(tree):
    """Yield (line, name) of each function, class, field, attribute and parameter."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield node.lineno, node.name
            case ast.ClassDef():
                yield node.lineno, node.name
                yield from fields_of(node)
            case ast.arg():
                yield node.lineno, node.arg
            case ast.Attribute(ctx=ast.Store()):
                yield node.lineno, node.attr


def fields_of(node):
    for statement in node.body:
        targets: list[ast.expr] = []
        if isinstance(statement, ast.AnnAssign):
            targets = [statement.target]
        elif isinstance(statement, ast.Assign):
            targets = statement.targets
        yield from ((t.lineno, t.id) for t in targets if isinstance(t, ast.Name))


def is_forbidden(name):
    return name.strip("_").lower() in FORBIDDEN


def forbidden_names():
    return [
        f"{path}:{line} {name}"
        for path, tree in sources()
        for line, name in named(tree)
        if is_forbidden(name)
    ]


def classes_by_name():
    """Return where each class of a module's own level is defined.

    Nested ones (State, Type, Meta) are named with their owner and may repeat.
    """
    places = defaultdict(list)
    for path, tree in sources():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and node.name not in EXPECTED_BY_DJANGO:
                places[node.name].append(path)
    return places


def test_no_function_class_field_or_parameter_has_a_name_that_says_nothing():
    assert forbidden_names() == []


def test_no_class_name_stands_for_two_things():
    twice = {name: paths for name, paths in classes_by_name().items() if len(paths) > 1}
    assert twice == {}


@pytest.mark.parametrize(
    "code",
    [
        "def told(): ...",
        "async def _seen(): ...",
        "class Wish: ...",
        "class Hit:\n    kept: int",
        "class Hit:\n    BACK = 1",
        "def find(sight): ...",
        "sort(key=lambda one: one)",
        "self.held = 1",
    ],
)
def test_each_sort_of_name_is_read(code):
    assert any(is_forbidden(name) for _, name in named(ast.parse(code)))
