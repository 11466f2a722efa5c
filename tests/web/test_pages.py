"""The border between queries and templates: pages are typed, frozen values without a query left."""

import ast
import importlib
import pkgutil
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from django.db.models import Manager, Model, QuerySet

from tracker.alerts.delivery import emails
from tracker.operations import owners
from tracker.web import pages
from tracker.web.pages.render import render_page

WEB = Path(pages.__file__).parents[1]
# Says what is wrong with the database, when nothing else may be asked.
EMPTY = {"middleware/unavailable.py"}
RENDERING = {"render", "render_to_string"}


def sources(*folders):
    """Yield each module of these folders of the site, by its path from there, with its tree."""
    for folder in folders:
        for path in sorted((WEB / folder).rglob("*.py")):
            yield path.relative_to(WEB).as_posix(), ast.parse(path.read_text("utf-8"))


def page_classes():
    for module in pkgutil.iter_modules(pages.__path__, f"{pages.__name__}."):
        for value in vars(importlib.import_module(module.name)).values():
            if is_dataclass(value) and value.__module__ == module.name:
                yield value


def types_within(hint, seen):
    """Yield each class that a type is made of, those of a dataclass's fields too."""
    if hint in seen:
        return
    seen.add(hint)
    if get_args(hint):
        for part in get_args(hint):
            yield from types_within(part, seen)
    elif isinstance(hint, type):
        yield hint
        if is_dataclass(hint):
            for part in get_type_hints(hint).values():
                yield from types_within(part, seen)


def names_used(tree):
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.alias(name=name):
                yield name


def test_every_template_is_filled_by_a_page():
    rendering = {
        path
        for path, tree in sources(".")
        if RENDERING & set(names_used(tree)) and path != "pages/render.py"
    }
    assert rendering == EMPTY


MAILS = [
    value
    for module in (emails, owners)
    for name, value in vars(module).items()
    if name.endswith("Mail")
]


@pytest.mark.parametrize("page", [*page_classes(), *MAILS], ids=lambda page: page.__name__)
def test_a_page_or_mail_is_frozen_and_holds_nothing_that_asks_the_database(page):
    assert page.__dataclass_params__.frozen
    within = list(types_within(page, set()))
    assert [t for t in within if issubclass(t, Model | Manager | QuerySet)] == []
    assert Any not in within


def test_no_view_and_no_page_gives_up_types():
    untyped = {path for path, tree in sources("views", "pages") if "Any" in set(names_used(tree))}
    assert untyped == set()


def test_a_template_is_given_the_fields_of_its_page(rf):
    @dataclass(frozen=True)
    class Said:
        reason: str
        title: str

    request = rf.get("/")
    request.user = None
    answer = render_page(request, "web/bad_request.html", Said("too much", "No"), status=429)
    assert answer.status_code == 429
    assert "Too much." in answer.content.decode()
    assert [field.name for field in fields(Said)] == ["reason", "title"]


def test_b6_what_is_said_after_a_form_was_sent_is_translated():
    """Messages are no page of their own, so no test that reads pages in French sees them."""
    untranslated = [
        f"{path}:{node.lineno}"
        for path, tree in sources(".")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).startswith("messages.")
        and isinstance(node.args[-1], ast.Constant | ast.JoinedStr)
    ]
    assert untranslated == []
