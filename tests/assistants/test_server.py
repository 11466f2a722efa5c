"""The official SDK's client runs every tool, on standard input and output and over HTTP."""

import asyncio
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request

import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from tests.processes import ROOT, free_port, wait_for
from tracker.assistants.tools import TOOLS

pytestmark = pytest.mark.services
CALLS: dict[str, dict[str, object]] = {
    "search_events": {"query": "platform:twitter", "limit": 2},
    "get_event": {"number": 1},
    "count_events": {"query": "since:2020"},
    "compare": {"field": "platform", "values": ["twitter", "facebook"]},
    "find_names": {"name": "Twit"},
    "list_kinds": {},
    "preview_alert": {"query": "kind:ad_ban"},
}


@pytest.fixture(scope="module")
def env(tmp_path_factory):
    """An installation with the history."""
    values = os.environ | {"VAR_DIR": str(tmp_path_factory.mktemp("mcp"))}
    values.pop("DATABASE_URL", None)
    for command in ("migrate", "importhistory"):
        words = [sys.executable, "manage.py", command]
        subprocess.run(words, cwd=ROOT, env=values, check=True, capture_output=True)
    return values


async def run_every_tool(transport):
    async with Client(transport) as client:
        listed = await client.list_tools()
        answers = {name: await client.call_tool(name, given) for name, given in CALLS.items()}
        refused = await client.call_tool("search_events", {"query": "weather:rain"})
    return {tool.name: tool for tool in listed.tools}, answers, refused


def check(told):
    tools, answers, refused = told
    assert set(tools) == {tool.__name__ for tool in TOOLS} == set(CALLS)
    assert all(tool.description and tool.annotations.read_only_hint for tool in tools.values())
    wrong = {name: a.content for name, a in answers.items() if a.is_error}
    assert wrong == {}
    found = answers["search_events"].structured_content
    assert found["total"] > 2
    assert len(found["events"]) == 2
    assert refused.is_error
    assert "weather" in refused.content[0].text


def test_every_tool_on_standard_input_and_output(env):
    server = StdioServerParameters(
        command=sys.executable, args=["manage.py", "mcp"], env=env, cwd=ROOT
    )
    check(asyncio.run(run_every_tool(stdio_client(server))))


def test_every_tool_over_http_and_nobody_by_another_name(env, tmp_path):
    port = free_port()
    url = f"http://127.0.0.1:{port}/mcp"
    log = tmp_path / "log"
    with log.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "mcp", "--port", str(port)],
            cwd=ROOT,
            env=env,
            stderr=written,
            stdout=written,
        )
    try:
        wait_for(lambda: status(url) is not None)
        check(asyncio.run(run_every_tool(url)))
        assert status(url, Host="evil.example") == 421
        assert status(url, Host="127.0.0.1") == 421
        for origin in ("https://evil.example", "null", f"http://127.0.0.1:{port}.evil.example"):
            assert status(url, Origin=origin) == 403
        # A form of another site cannot send JSON; a stream would be held for ever.
        assert status(url, **{"Content-Type": "text/plain"}) == 400
        assert status(url, method="GET") == 405
        assert status(f"{url}?access_token=TOPSECRET") == 200
    finally:
        process.terminate()
        process.wait()
    assert "access_token=" in log.read_text()
    assert "TOPSECRET" not in log.read_text()


def status(url, method="POST", **headers):
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).encode()
    plain = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    try:
        asked = urllib.request.Request(url, body, plain | headers, method=method)
        return urllib.request.urlopen(asked, timeout=10).status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None
