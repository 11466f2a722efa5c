"""F10: what a web process writes beside Django's logs: gunicorn's own logs and last words."""

import http.client
import json
import os
import subprocess
import sys

import pytest

from tests.processes import ROOT, free_port, wait_for

APPLICATION = """
from threading import Thread

SECRET = "https://user:TOPSECRET@a.example/rss?token=TOPSECRET"


def fail():
    raise ValueError(f"thread: {SECRET}")


def application(environ, start_response):
    if environ["PATH_INFO"] == "/":
        start_response("204 No Content", [])
        return []
    thread = Thread(target=fail)
    thread.start()
    thread.join()
    raise ValueError(f"request: {SECRET}\\n2026-11-24T12:00:00Z INFO root: forged")
"""


class WebProcess:
    """A real gunicorn with the site's settings; its application fails but for one page."""

    def __init__(self, folder, **settings):
        (folder / "failing.py").write_text(APPLICATION)
        self.port, self.out = free_port(), folder / "out"
        command = [
            *(sys.executable, "-m", "gunicorn", "failing"),
            *("--config", "python:tracker.web.gunicorn", "--bind", f"127.0.0.1:{self.port}"),
            *("--access-logfile", "-", "--threads", "1"),
        ]
        paths = os.pathsep.join([str(folder), str(ROOT)])
        environment = {"PYTHONPATH": paths, "VAR_DIR": str(folder), "PYTHONWARNINGS": "ignore"}
        with self.out.open("w") as out:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=os.environ | environment | settings,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def get(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path, headers={"Referer": "http://user:TOPSECRET@b.example/"})
            return connection.getresponse().status
        finally:
            connection.close()

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


@pytest.fixture
def logged(tmp_path):
    """What a process logs of one request for a path that has a secret in it."""
    started = []

    def log(**settings):
        process = WebProcess(tmp_path, **settings)
        started.append(process)
        assert wait_for(lambda: process.get("/page?api_key=TOPSECRET")) == 500
        assert process.get("/?sid=TOPSECRET") == 204
        process.stop()
        return process.out.read_text()

    yield log
    for process in started:
        if process.process.poll() is None:
            process.stop()


def test_f10_a_web_process_writes_no_secret(logged):
    text = logged()
    lines = text.splitlines()
    assert "TOPSECRET" not in text
    assert any(
        "ERROR gunicorn.error: Error handling request GET /page?api_key=***" in x for x in lines
    )
    assert "ValueError: request: https://a.example/rss?token=***" in text
    assert "ValueError: thread: https://a.example/rss?token=***" in text
    assert any('"GET /?sid=*** HTTP/1.1" 204' in x and '"http://b.example/"' in x for x in lines)
    assert not any(x.startswith("2026-11-24") for x in lines)


def test_f10_as_json_gunicorns_errors_are_objects_too(logged):
    text = logged(LOG_FORMAT="json")
    assert "TOPSECRET" not in text
    objects = [json.loads(x) for x in text.splitlines() if x.startswith("{")]
    assert any("exception" in x and x["logger"] == "gunicorn.error" for x in objects)
