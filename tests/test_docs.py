"""The documents say what the code does."""

import re
import runpy
import tomllib
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands
from django.urls import Resolver404, resolve

from tracker.assistants.tools import TOOLS
from tracker.events.publish.dictionary.columns import EVENT_COLUMNS, REPORT_COLUMNS
from tracker.events.search.language.examples import TOPICS
from tracker.events.search.language.parsing import parse
from tracker.web.views.api.routes import api

ROOT = Path(__file__).parent.parent
GENERATED = "generated/"  # by the build of the site, which checks links to it
FOLDERS = (ROOT, ROOT / "demo", *(ROOT / "docs" / name for name in (".", "how-to")))
NOT_OURS = {"/mcp", "/anymail/", "/v1"}  # of servers of their own; of a provider that is set up
DOCUMENTS = sorted(path for folder in FOLDERS for path in folder.glob("*.md"))


def test_every_setting_of_the_environment_is_described_and_no_other():
    settings = (ROOT / "tracker" / "settings.py").read_text("utf-8")
    read = set(re.findall(r'env(?:\.\w+)?\(\s*"([A-Z_]+)"', settings))
    described = re.findall(
        r"^\| `([A-Z_]+)` \|", (ROOT / "docs" / "operate.md").read_text("utf-8"), re.M
    )
    assert sorted(described) == sorted(read)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: p.name)
def test_every_command_and_link_that_a_document_names_is_there(path):
    text = path.read_text("utf-8")
    commands = set(re.findall(r"manage\.py ([a-z]+)", text))
    assert commands <= get_commands().keys()
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert GENERATED in target or (path.parent / target).exists(), target
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"(?:^|`)make ([a-z]+)\b", text, re.M):
        assert f"\n{target}:" in makefile, target


@pytest.fixture(scope="module")
def pages():
    """The pages of the reference that the site's build writes from the code, by name."""
    return {
        name: page() for name, page in runpy.run_path(str(ROOT / "docs/conf.py"))["PAGES"].items()
    }


def test_the_reference_has_every_command_with_its_options(pages):
    ours = {path.stem for path in (ROOT / "tracker/management/commands").glob("[a-z]*.py")}
    assert set(re.findall(r"^## (\w+)$", pages["commands"], re.M)) == ours
    assert "`--dry-run`" in pages["commands"]


def test_the_reference_has_every_address_and_field_of_the_api(pages):
    schema = api.get_openapi_schema(path_prefix="/api/v1/")
    for path, methods in schema["paths"].items():
        for method in methods:
            assert f"## {method.upper()} {path}\n" in pages["api"]
    for component in schema["components"]["schemas"].values():
        for field in component.get("properties", {}):
            assert f"| `{field}` |" in pages["api"]


def test_the_reference_has_every_column_search_and_tool(pages):
    for column in (*EVENT_COLUMNS, *REPORT_COLUMNS):
        assert f"| `{column.name}` |" in pages["columns"]
    for topic in TOPICS:
        for example in topic.examples:
            assert parse(example.text)
            assert f"| `{example.text}` |" in pages["search"]
    for tool in TOOLS:
        assert f"## {tool.__name__}\n" in pages["tools"]


def addresses(text):
    """The addresses of pages that a document names: `/events/N?as_of=2026`."""
    for named in re.findall(r"`(/[^`\s]*)`", text):
        path = re.split(r"[?#]", named)[0]
        yield named, re.sub(r"\bN\b", "1", path)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: p.name)
def test_every_address_that_a_document_names_answers_to_something(path):
    unknown = []
    for named, address in addresses(path.read_text("utf-8")):
        try:
            resolve(address)
        except Resolver404:
            if address not in NOT_OURS:
                unknown.append(named)
    assert unknown == []


def headings(text):
    return re.findall(r"^### (D\d+\. .+)$", text, re.M)


def test_decisions_are_numbered_once_and_listed_in_their_contents():
    text = (ROOT / "docs" / "decisions.md").read_text("utf-8")
    given = headings(text)
    numbers = [int(heading[1:].split(".")[0]) for heading in given]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    anchors = [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in given]
    listed = re.findall(r"^- \[(D\d+\. .+)\]\(#([^)]+)\)$", text, re.M)
    assert listed == list(zip(given, anchors, strict=True))
    entries = re.split(r"^### .+\n\n", text, flags=re.M)[1:]
    assert not [entry for entry in entries if not re.match(r"\*\d{4}-\d\d-\d\d\.\* ", entry)]


def test_every_decision_that_the_code_cites_is_there():
    given = {h.split(".")[0] for h in headings((ROOT / "docs" / "decisions.md").read_text("utf-8"))}
    cited = {
        number
        for folder in ("tracker", "tests", "bench")
        for path in (ROOT / folder).rglob("*.py")
        for number in re.findall(r"\bdecisions? (D\d+)", path.read_text("utf-8"))
    }
    assert cited
    assert cited <= given


def test_every_module_that_the_architecture_names_is_there():
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    named = set(re.findall(r"`([\w/.]+(?:\.py|\.toml|/))`", text))
    assert len(named) > 100
    assert [name for name in sorted(named) if not (ROOT / "tracker" / name).exists()] == []


def test_every_test_that_the_faults_name_is_there():
    text = (ROOT / "docs" / "faults.md").read_text("utf-8")
    files = [
        f"/{p.relative_to(ROOT)}" for n in ("tests", "tracker") for p in (ROOT / n).rglob("*.py")
    ]
    named = set(re.findall(r"`([\w/]+\.py)`", text))
    assert [name for name in named if not any(f.endswith(f"/{name}") for f in files)] == []
    code = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("*.py"))
    tests = set(re.findall(r"`(test_\w+)`", text))
    assert len(tests) > 5
    assert {name for name in tests if f"def {name}(" not in code} == set()


def test_the_architecture_names_every_room():
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    packages = (path.parent for path in (ROOT / "tracker").glob("*/*/__init__.py"))
    rooms = {f"{path.relative_to(ROOT / 'tracker')}/" for path in packages}
    without_own_line = {
        *("alerts/delivery/", "alerts/templatetags/", "web/templatetags/"),
        *("management/commands/",),
    }
    rooms = {room for room in rooms if not room.endswith("/migrations/")} - without_own_line
    assert rooms <= set(re.findall(r"`([\w/]+/)`", text))


def test_the_readme_has_the_accuracy_that_was_measured_last():
    measured = tomllib.loads(
        (ROOT / "tracker" / "classify" / "measure" / "accuracy.toml").read_text("utf-8")
    )["natural"]
    shown, found = (
        round(100 * measured[f"{name} of what is shown"]) for name in ("precision", "recall")
    )
    for name in ("README.md", "docs/accuracy.md"):
        text = " ".join((ROOT / name).read_text("utf-8").split())
        assert re.search(rf"{shown} are acts", text), name
        assert re.search(rf"{found} are shown", text), name


def test_every_dependency_has_its_reason():
    named = (ROOT / "requirements.in").read_text("utf-8")
    wanted = {m[0].lower() for m in re.finditer(r"^[A-Za-z0-9.-]+", named, re.M)}
    reasons = (ROOT / "docs" / "decisions.md").read_text("utf-8")
    given = {
        name.lower().replace("-zstd", ".zstd")
        for row in re.findall(r"^\| ([^|]+)\|", reasons, re.M)
        for name in re.findall(r"[A-Za-z0-9-]+", row)
    }
    assert wanted <= given


def test_no_document_is_about_the_machine_that_it_was_written_on():
    for path in DOCUMENTS:
        assert not re.search(r"/(work|root|home)/", path.read_text("utf-8"))


GITHUB = sorted((ROOT / ".github").rglob("*.yml"))


@pytest.mark.parametrize("path", GITHUB, ids=lambda p: p.stem)
def test_what_github_reads_is_valid_yaml(path):
    assert isinstance(yaml.safe_load(path.read_text("utf-8")), dict)


def test_the_public_checks_run_every_step_of_the_gate_that_needs_no_private_data():
    gate = (ROOT / ".ci" / "run").read_text("utf-8")
    lists = re.findall(r"^(?:FIRST|LANES)=\((.*)\)$", gate, re.M)
    steps = {name for names in lists for name in re.findall(r"\w+", names)}
    assert len(lists) == 2
    workflow = ROOT / ".github" / "workflows" / "checks.yml"
    jobs = yaml.safe_load(workflow.read_text("utf-8"))["jobs"]
    matrix = jobs["tests"]["strategy"]["matrix"]
    run = {"packages", "services", "development", *matrix["step"]}
    run |= {row["step"] for row in matrix["include"]}
    for several in jobs["rest"]["strategy"]["matrix"]["steps"]:
        run |= set(several.split())
    assert run == steps - {"figures"} | {"coverage"}
