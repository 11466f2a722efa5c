"""The documentation site: Sphinx reads the Markdown files of this folder. What the code knows best
(commands, columns of files, the API) is written from the code at each build, into `generated/`.
"""

import os
import sys
from collections.abc import Iterator
from importlib import import_module
from inspect import signature
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")

import django  # noqa: E402

django.setup()

from django.core.management import get_commands, load_command_class  # noqa: E402

from tracker.assistants.tools import TOOLS  # noqa: E402
from tracker.events.publish.dictionary.columns import (  # noqa: E402
    EVENT_COLUMNS,
    LIST,
    REPORT_COLUMNS,
)
from tracker.events.search.language.examples import TOPICS  # noqa: E402
from tracker.version import VERSION  # noqa: E402
from tracker.web.views.api.routes import api  # noqa: E402

project = "Platform Policy Tracker"
copyright = "Platform Policy Tracker contributors"  # noqa: A001 - Sphinx wants this name
version = release = VERSION
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"{project} {VERSION}"
html_static_path: list[str] = []
myst_heading_anchors = 4
suppress_warnings = ["misc.highlighting_failure"]  # of Mermaid, which GitHub draws
nitpicky = True
linkcheck_ignore = [r"http://127\.0\.0\.1.*"]


def table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    """Markdown of a table."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(
        "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in line) + " |"
        for line in lines
    )


def commands() -> str:
    """Every command of ours, with its arguments."""
    parts = ["# Commands", "", "Type each as `manage.py NAME`, or `platform-policy-tracker NAME`."]
    ours = Path(import_module("tracker.management.commands").__file__ or "").parent
    for name in sorted(path.stem for path in ours.glob("[a-z]*.py")):
        command = load_command_class(get_commands()[name], name)
        parser = command.create_parser("manage.py", name)
        arguments = [a for a in parser._actions if a.dest not in BASE]
        parts += ["", f"## {name}", "", (parser.description or "").strip()]
        if arguments:
            rows = (
                (
                    f"`{' '.join(a.option_strings) or a.metavar or a.dest}`",
                    (a.help or "") % {"default": a.default, "prog": "manage.py"},
                )
                for a in arguments
            )
            parts += ["", table(("argument", "meaning"), rows)]
    return "\n".join(parts) + "\n"


BASE = (  # options that each command of Django has
    *("help", "version", "verbosity", "settings", "pythonpath", "traceback", "no_color"),
    *("force_color", "skip_checks"),
)


def endpoints() -> str:
    """Every address of the API, with its parameters, and the fields of each answer."""
    schema = api.get_openapi_schema(path_prefix="/api/v1/")
    parts = ["# API", "", str(schema["info"].get("description", "")).strip()]
    for address, methods in schema["paths"].items():
        for method, operation in methods.items():
            parts += ["", f"## {method.upper()} {address}", "", operation.get("description", "")]
            rows = (
                (f"`{p['name']}`", p["in"], p.get("description", ""))
                for p in operation.get("parameters", [])
            )
            if operation.get("parameters"):
                parts += ["", table(("parameter", "in", "meaning"), rows)]
    parts += ["", "# Fields of answers"]
    for name, component in schema["components"]["schemas"].items():
        if properties := component.get("properties"):
            rows = (
                (f"`{field}`", _type(value), value.get("description", ""))
                for field, value in properties.items()
            )
            parts += ["", f"## {name}", "", table(("field", "type", "meaning"), rows)]
    return "\n".join(parts) + "\n"


def _type(value: dict[str, object]) -> str:
    if reference := value.get("$ref"):
        return str(reference).rpartition("/")[2]
    if several := value.get("anyOf"):
        return " or ".join(_type(v) for v in several)  # type: ignore[attr-defined]
    if value.get("type") == "array":
        return f"list of {_type(value.get('items', {}))}"  # type: ignore[arg-type]
    return str(value.get("type", ""))


def columns() -> str:
    """Every column of the tables that leave the site."""
    parts = [
        *("# Columns of files", ""),
        f"Cells of several values have `{LIST}` between them; times are UTC. The same is in",
        "`/events.csv.metadata.json` and in the dictionary at `/data`.",
    ]
    for title, table_columns in (("Events", EVENT_COLUMNS), ("Reports", REPORT_COLUMNS)):
        rows = (
            (f"`{c.name}`", f"{c.datatype}{', several' * c.is_list}", c.description)
            for c in table_columns
        )
        parts += ["", f"## {title}", "", table(("column", "type", "meaning"), rows)]
    return "\n".join(parts) + "\n"


def searches() -> str:
    """Examples of all that can be typed into the search field."""
    parts = ["# Search", "", "What the search field, `q=` of the timeline and the API understand."]
    for topic in TOPICS:
        rows = ((f"`{example.text}`", str(example.words)) for example in topic.examples)
        parts += ["", f"## {topic.name}", "", table(("typed", "finds"), rows)]
    return "\n".join(parts) + "\n"


def tools() -> str:
    """Every tool of `manage.py mcp`, with its arguments."""
    parts = [
        "# Tools for assistants",
        "",
        "What `manage.py mcp` offers by the Model Context Protocol.",
    ]
    for tool in TOOLS:
        parts += ["", f"## {tool.__name__}", "", " ".join((tool.__doc__ or "").split())]
        arguments = signature(tool).parameters.values()
        rows = (
            (f"`{a.name}`", "needed" if a.default is a.empty else f"default {a.default!r}")
            for a in arguments
        )
        if arguments:
            parts += ["", table(("argument", "value"), rows)]
    return "\n".join(parts) + "\n"


PAGES = {
    "commands": commands,
    "api": endpoints,
    "columns": columns,
    "search": searches,
    "tools": tools,
}


def generate(*_: object) -> None:
    """Writes the pages that come from the code."""
    folder = HERE / "generated"
    folder.mkdir(exist_ok=True)
    for name, text in ((name, page()) for name, page in PAGES.items()):
        (folder / f"{name}.md").write_text(text, "utf-8")


def setup(app: object) -> None:
    """Sphinx calls this."""
    app.connect("builder-inited", generate)  # type: ignore[attr-defined]
