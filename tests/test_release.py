"""What somebody who finds the repository relies on: its metadata, its public checks, its images."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from tests.processes import ROOT, Tracker, free_port
from tracker.operations.health import alive
from tracker.version import VERSION

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
FORMS = sorted(
    set((GITHUB / "ISSUE_TEMPLATE").glob("*.yml")) - {GITHUB / "ISSUE_TEMPLATE/config.yml"}
)
COMPOSE = [ROOT / "docker-compose.yml", ROOT / "deploy" / "swarm.yml"]
PINNED = re.compile(r"@sha256:[0-9a-f]{64}$")


def parsed(path):
    return yaml.safe_load(path.read_text("utf-8"))


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("github-workflows", WORKFLOWS),
        ("github-issue-forms", FORMS),
        ("github-issue-config", [GITHUB / "ISSUE_TEMPLATE" / "config.yml"]),
        ("dependabot", [GITHUB / "dependabot.yml"]),
        ("compose-spec", COMPOSE),
    ],
)
def test_a_file_that_others_read_is_as_their_schema_says(schema, files):
    import check_jsonschema  # noqa: PLC0415 - it takes a second, of the process that runs this

    assert files
    words = [f"--builtin-schema=vendor.{schema}", *map(str, files)]
    done = CliRunner().invoke(check_jsonschema.main, words)
    assert done.exit_code == 0, done.output


def test_the_workflows_have_no_known_weakness():
    """Actions pinned by commit, no more rights than needed, nothing of a stranger's in a script."""
    zizmor = Path(sys.executable).with_name("zizmor")
    command = [str(zizmor), "--offline", "--no-progress", "--format=plain", str(GITHUB)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda p: p.stem)
def test_a_workflow_reads_only_unless_a_job_says_more_and_ends_by_itself(path):
    workflow = parsed(path)
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"]
        for step in job["steps"]:
            if uses := step.get("uses"):
                assert re.search(r"@[0-9a-f]{40}$", uses)
            # A step of ours is a command that anybody can type.
            for target in re.findall(r"\bmake ([a-z]+)", step.get("run", "")):
                assert f"\n{target}:" in (ROOT / "Makefile").read_text("utf-8")


def test_the_public_checks_run_on_every_python_that_the_package_is_for():
    minors = {c.rpartition(" ")[2] for c in PROJECT["classifiers"] if "Python :: 3." in c}
    matrix = parsed(GITHUB / "workflows" / "checks.yml")["jobs"]["tests"]["strategy"]["matrix"]
    assert minors == set(matrix["python"])
    assert PROJECT["requires-python"] == f">={min(minors, key=lambda v: int(v[2:]))}"
    assert set(matrix["step"]) == {"tests", "postgres"}


def test_the_image_is_built_on_a_pinned_base_for_an_ordinary_user():
    text = (ROOT / "Dockerfile").read_text("utf-8")
    bases = re.findall(r"^FROM (\S+)", text, re.M)
    assert len(bases) == 2
    assert len({base for base in bases if PINNED.search(base)}) == 1
    assert re.search(r"^USER (?!root)\w+$", text, re.M)
    assert "--require-hashes" in text
    # The gate builds on the same one.
    assert "sed -n 's/^FROM " in (ROOT / ".ci" / "run").read_text("utf-8")


def test_a_container_is_asked_for_its_health_without_a_setting(tmp_path):
    """By the site's own name, which is always one that it answers to."""
    text = (ROOT / "Dockerfile").read_text("utf-8")
    assert re.search(
        r'^HEALTHCHECK .* CMD \["python", "-m", "tracker.operations.health.alive"\]$', text, re.M
    )
    code = "from django.conf import settings; print(settings.ALLOWED_HOSTS)"
    tracker = Tracker(
        tmp_path, free_port(), SITE_URL="https://record.example", ALLOWED_HOSTS="www.record.example"
    )
    done = tracker.manage("shell", "--verbosity", "0", "--command", code)
    assert "'www.record.example', 'record.example'" in done.stdout, done.stderr


def test_the_health_check_says_whether_the_site_answers(server, monkeypatch, capsys):
    from tests.conftest import Answer  # noqa: PLC0415 - beside its use

    port = server.url.rpartition(":")[2]
    monkeypatch.setenv("SITE_URL", "https://record.example")
    server.pages["/about"] = Answer(b"about")
    assert alive.main(port) == 0
    _, headers = server.seen[-1]
    assert (headers["host"], headers["x-forwarded-proto"]) == ("record.example", "https")
    server.pages["/about"] = Answer(status=503)
    assert alive.main(port) == 1
    assert alive.main(str(free_port())) == 1
    assert "HTTP Error 503" in capsys.readouterr().err


@pytest.mark.parametrize("path", COMPOSE, ids=lambda p: p.stem)
def test_containers_of_ours_write_to_their_volume_only(path):
    for name, service in parsed(path)["services"].items():
        if name in {"database", "broker"}:
            continue
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name


def test_there_is_one_version_number():
    assert re.fullmatch(r"\d+\.\d+\.\d+", VERSION)
    assert "version" in PROJECT["dynamic"]
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    released = re.findall(r"^## (\d+\.\d+\.\d+) \(\d{4}-\d\d-\d\d\)$", changelog, re.M)
    assert not released or released[0] == VERSION


def test_the_changelog_never_asks_for_anything_to_be_deleted():
    text = (ROOT / "CHANGELOG.md").read_text("utf-8").lower()
    assert not re.search(r"(delete|remove|rm -r\w*) `?var", text)


def test_the_changelog_has_one_group_of_each_sort_in_a_released_version():
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    for part in re.split(r"^## (?=\d)", text, flags=re.M)[1:]:
        groups = re.findall(r"^### (.+)$", part, re.M)
        assert groups == [g for g in ("Added", "Changed", "Fixed", "Security") if g in groups]


def test_what_others_look_for_is_there():
    for name in (
        *(
            "LICENSE",
            "NOTICE",
            "SECURITY.md",
            "CODE_OF_CONDUCT.md",
            "CONTRIBUTING.md",
            "CHANGELOG.md",
        ),
        *(".editorconfig", ".github/CODEOWNERS", ".github/dependabot.yml", "README.md"),
        ".github/pull_request_template.md",
    ):
        assert (ROOT / name).stat().st_size > 40, name
    assert "Apache License" in (ROOT / "LICENSE").read_text("utf-8")
    assert PROJECT["license"] == "Apache-2.0"
    assert {"learn", "opinion", "sentry"} <= PROJECT["optional-dependencies"].keys()


def test_no_address_is_made_up():
    """Links of the package lead somewhere, or there are none; nor does a document name a place that
    belongs to somebody else.
    """
    for url in PROJECT.get("urls", {}).values():
        assert "example" not in url
    security = (ROOT / "SECURITY.md").read_text("utf-8")
    assert "Report a vulnerability" in security
    assert not re.search(r"\S+@\S+\.example|github\.com/(your|owner|example)", security)


def test_every_owned_path_is_there():
    lines = (GITHUB / "CODEOWNERS").read_text("utf-8").splitlines()
    paths = [line.split()[0] for line in lines if line and not line.startswith("#")]
    assert "*" in paths
    assert [p for p in paths if p != "*" and not list(ROOT.glob(p.strip("/")))] == []


@pytest.mark.services
def test_the_list_of_parts_names_every_pinned_package(tmp_path):
    import json  # noqa: PLC0415

    target = tmp_path / "sbom.json"
    words = re.search(r"^sbom:.*\n\t\$\(BIN\)/python (.*)$", (ROOT / "Makefile").read_text(), re.M)
    assert words is not None
    command = words[1].replace("sbom.cdx.json", str(target)).split()
    subprocess.run([sys.executable, *command], cwd=ROOT, check=True)
    found = json.loads(target.read_text())
    pins = dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "requirements.txt").read_text(), re.M))
    assert {c["name"]: c["version"] for c in found["components"]} == pins
    assert found["metadata"]["component"]["name"] == PROJECT["name"]
