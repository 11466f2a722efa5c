"""The embedded form as a user starts it, in processes of its own, and a web server for it; imports
nothing of Django.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).parent.parent
# Seconds in which something must have happened; more on a machine that is busy with other work.
PATIENCE = float(os.environ.get("TEST_PATIENCE", "60"))


def web_server(body_of: Callable[[str], bytes], port: int = 0) -> ThreadingHTTPServer:
    """A web server on all loopback addresses, at a free port unless it is said, that answers each
    path with the body that is made when it is asked for; it waits for `serve_forever`.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = body_of(self.path)
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    return ThreadingHTTPServer(("0.0.0.0", port), Handler)


@contextmanager
def own_rabbitmq(url: str) -> Iterator[str]:
    """The address of a virtual host of its own at RabbitMQ, so that no other worker takes its
    messages; `url` itself where `rabbitmqctl` is not here or may make none.
    """
    name = f"tracker-{os.getpid()}-{time.monotonic_ns()}"

    def control(*words: str) -> bool:
        try:
            done = subprocess.run(["rabbitmqctl", *words], capture_output=True, check=False)
        except OSError:
            return False
        return done.returncode == 0

    if not control("add_vhost", name):
        yield url
        return
    parts = urlsplit(url)
    try:
        control("set_permissions", "-p", name, parts.username or "guest", ".*", ".*", ".*")
        yield parts._replace(path=f"/{name}").geturl()
    finally:
        control("delete_vhost", name)


class Tracker:
    """`manage.py up` in a folder of its own."""

    def __init__(self, var: Path, port: int, **settings: str) -> None:
        self.var, self.port, self.out = var, port, var / "out"
        self.url = f"http://127.0.0.1:{port}"
        self.env = os.environ | {
            "VAR_DIR": str(var),
            "ALLOWED_NETWORKS": "127.0.0.1/32",
            "DATABASE_URL": f"sqlite:///{var / 'tracker.sqlite3'}",
            "PYTHONWARNINGS": "ignore",
            **settings,
        }
        self.process: subprocess.Popen[str] | None = None

    def manage(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "manage.py", *words]
        return subprocess.run(
            command, cwd=ROOT, env=self.env, capture_output=True, text=True, check=False
        )

    def start(self) -> None:
        with self.out.open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up", "--port", str(self.port)],
                cwd=ROOT,
                env=self.env,
                stdout=out,
                stderr=subprocess.STDOUT,
                text=True,
            )
        wait_for(lambda: "The tracker is at" in self.said())

    def said(self) -> str:
        return self.out.read_text("utf-8")

    def stop(self, number: int = signal.SIGTERM) -> float:
        """Seconds that it took to end."""
        assert self.process is not None
        start = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(30)
        return time.monotonic() - start

    def get(self, path: str) -> str:
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return str(answer.read().decode())

    def processes(self) -> list[int]:
        """Living processes that were started with this tracker's folder in their environment."""
        mine = f"VAR_DIR={self.var}".encode()
        found = []
        for path in Path("/proc").glob("[0-9]*/environ"):
            try:
                if mine in path.read_bytes().split(b"\0"):
                    found.append(int(path.parent.name))
            except OSError:
                continue
        return found


def wait_for(happened, patience=PATIENCE):
    """What `happened()` gives once it is true; fails after `patience` seconds."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        try:
            if found := happened():
                return found
        except OSError:
            pass
        time.sleep(0.2)
    raise AssertionError(f"it did not happen within {patience:g} s")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def parent(pid: int) -> int:
    """Who started a process; 0 if it has ended."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0
