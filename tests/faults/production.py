"""The production form as a test starts, kills and restarts it: nginx before two web processes,
workers, a clock, PostgreSQL and Redis, each a process of its own.
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from tests.processes import ROOT, free_port, wait_for

CELERY = "-m celery --app tracker --quiet"
ALONE = "--without-gossip --without-mingle"
NGINX, REDIS, OPENSSL = (shutil.which(name) for name in ("nginx", "redis-server", "openssl"))


class Postgres:
    """A PostgreSQL of our own, which can be stopped at once and started again."""

    def __init__(self, programs: Path, place: Path) -> None:
        self.programs, self.place, self.port = programs, place, free_port()
        self.url = f"postgres://tracker@127.0.0.1:{self.port}/postgres"

    def run(self, program: str, *words: str) -> None:
        """As its own user: the server refuses to run as root."""
        user = pwd.getpwnam("postgres")
        subprocess.run(
            [self.programs / program, *words],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd="/",
            user=user.pw_uid if os.geteuid() == 0 else None,
            group=user.pw_gid if os.geteuid() == 0 else None,
        )

    def make(self, *, connections: int = 60, address: str = "127.0.0.1") -> None:
        """`address` is another one to listen on, whose neighbours may connect."""
        data = str(self.place / "data")
        self.run("initdb", "-D", data, "-U", "tracker", "--auth=trust", "--no-sync")
        with (self.place / "data" / "postgresql.conf").open("a") as conf:
            conf.write(
                f"port = {self.port}\nlisten_addresses = '127.0.0.1,{address}'\nmax_connections ="
                f" {connections}\nunix_socket_directories = '{self.place}'\nfsync = off\n"
            )
        with (self.place / "data" / "pg_hba.conf").open("a") as conf:
            conf.write(f"host all all {address}/24 trust\n")
        self.start()

    def start(self) -> None:
        log = str(self.place / "log")
        self.run("pg_ctl", "-D", str(self.place / "data"), "-w", "-l", log, "start")

    def stop(self) -> None:
        self.run("pg_ctl", "-D", str(self.place / "data"), "-m", "immediate", "-w", "stop")


def postgres_programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


def postgres_place(parent: Path = Path("/tmp")) -> Path:
    """A short folder that PostgreSQL's own user may write to."""
    place = parent / f"tracker-faults-{os.getpid()}-{time.monotonic_ns()}"
    place.mkdir()
    if os.geteuid() == 0:
        shutil.chown(place, "postgres", "postgres")
    return place


class Part:
    """One process that is started again when it ends, as systemd would. `tree` holds its code."""

    def __init__(
        self, name: str, command: Iterable[str], env: dict[str, str], log: Path, tree: Path
    ) -> None:
        self.name, self.command, self.env, self.log = name, list(command), env, log
        self.tree = tree
        self.process: subprocess.Popen[bytes] | None = None
        self.starts = 0

    def start(self) -> None:
        self.starts += 1
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.tree,
                env=self.env,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def lives(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def end(self, number: int = signal.SIGKILL) -> None:
        """Sends a signal to the process and all that it started; SIGTERM only to itself."""
        if self.process is None:
            return
        try:
            if number == signal.SIGKILL:
                os.killpg(self.process.pid, number)
            else:
                self.process.send_signal(number)
        except ProcessLookupError:
            pass


class Production:
    """Parts by name. `prefix` stands before each of the tracker's own commands."""

    def __init__(
        self,
        place: Path,
        *,
        workers: int = 2,
        webs: int = 2,
        prefix: Iterable[str] = (),
        address: str = "127.0.0.1",
        **settings: str,
    ) -> None:
        self.place, self.prefix, self.address = place, list(prefix), address
        self.redis_port, self.site_port = free_port(), free_port()
        self.web_ports = [free_port() for _ in range(webs)]
        self.url = f"https://127.0.0.1:{self.site_port}"
        (place / "var").mkdir(exist_ok=True)
        self.env = os.environ | {
            "SITE_URL": self.url,
            "ALLOWED_HOSTS": "127.0.0.1",
            "SECRET_KEY": "of-this-test-only-" * 4,
            "VAR_DIR": str(place / "var"),
            "BROKER_URL": f"redis://{address}:{self.redis_port}/0",
            "ALLOWED_NETWORKS": "127.0.0.0/8",
            "PYTHONWARNINGS": "ignore",
            "API_RATE": "100000/min",
            "PROXIES": "1",
            "MALLOC_ARENA_MAX": "2",  # as the systemd units and the image have it
            **settings,
        }
        self.parts: dict[str, Part] = {}
        self.down: set[str] = set()  # those that stay down until they are said to be up
        self._stop = threading.Event()
        self._watch = threading.Thread(target=self._keep, daemon=True)
        self.add("redis", self.redis())
        for number, port in enumerate(self.web_ports, 1):
            self.add(f"web{number}", self.python(self.web(port)))
        for number in range(1, workers + 1):
            self.add(f"worker{number}", ["nice", "-n", "5", *self.python(self.worker(number))])
        self.add("clock", self.python(f"{CELERY} beat --loglevel WARNING --pidfile="))
        if NGINX and OPENSSL:
            self.add("nginx", self.nginx())

    def add(self, name: str, command: Iterable[str], tree: Path = ROOT, **env: str) -> Part:
        self.parts[name] = Part(name, command, self.env | env, self.place / f"{name}.log", tree)
        return self.parts[name]

    def python(self, words: str) -> list[str]:
        return [*self.prefix, sys.executable, *words.split()]

    def worker(self, number: int) -> str:
        return f"{CELERY} worker --pool threads --concurrency 6 {ALONE} -n w{number}@%h"

    def web(self, port: int) -> str:
        return (
            f"-m gunicorn tracker.wsgi --config python:tracker.web.gunicorn --bind 127.0.0.1:{port}"
            " --threads 4 --log-level warning"
        )

    def redis(self) -> list[str]:
        assert REDIS, "redis-server is not installed"
        words = "--save '' --appendonly no --maxmemory 64mb --maxmemory-policy noeviction"
        # On loopback too: the tests themselves talk to nothing else.
        listen = " ".join(dict.fromkeys(["127.0.0.1", self.address]))
        where = f"--port {self.redis_port} --bind {listen} --protected-mode no"
        return ["sh", "-c", f"exec {REDIS} {where} {words}"]

    def nginx(self) -> list[str]:
        """deploy/nginx.conf as it is shipped, but for ports and the certificate."""
        assert NGINX
        assert OPENSSL
        key, pem = self.place / "tracker.key", self.place / "tracker.pem"
        subprocess.run(
            [OPENSSL, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
            + ["-subj", "/CN=127.0.0.1", "-keyout", str(key), "-out", str(pem)],
            check=True,
            capture_output=True,
        )
        site = (ROOT / "deploy" / "nginx.conf").read_text()
        changes = {
            "127.0.0.1:8000": f"127.0.0.1:{self.web_ports[0]}",
            "127.0.0.1:8001": f"127.0.0.1:{self.web_ports[-1]}",
            "listen 443 ssl": f"listen 127.0.0.1:{self.site_port} ssl",
            "listen 80;": f"listen 127.0.0.1:{free_port()};",
            "/etc/ssl/tracker.pem": str(pem),
            "/etc/ssl/tracker.key": str(key),
        }
        for old, new in changes.items():
            assert old in site, f"deploy/nginx.conf has no {old}"
            site = site.replace(old, new)
        conf = self.place / "nginx.conf"
        conf.write_text(
            f"daemon off; pid {self.place}/nginx.pid; error_log stderr crit;\n"
            "events { worker_connections 1024; }\n"
            f"http {{ access_log off; client_body_temp_path {self.place}/body;"
            f" proxy_temp_path {self.place}/proxy; fastcgi_temp_path {self.place}/fast;"
            f" uwsgi_temp_path {self.place}/uwsgi; scgi_temp_path {self.place}/scgi;\n{site}\n}}\n"
        )
        return [NGINX, "-p", str(self.place), "-c", str(conf)]

    def manage(self, *words: str, tree: Path = ROOT) -> None:
        subprocess.run(
            [*self.prefix, sys.executable, "manage.py", *words], cwd=tree, env=self.env, check=True
        )

    def follow(self, urls: Iterable[str]) -> None:
        """Imports feeds from a file, as an owner would."""
        lines = "".join(f'<outline xmlUrl="{url}"/>' for url in urls)
        opml = self.place / "feeds.opml"
        opml.write_text(f'<opml version="2.0"><body>{lines}</body></opml>')
        self.manage("importopml", str(opml))

    def prepare(self) -> None:
        """Makes the tables and the static files, and sets Django up for them in this process."""
        self.manage("migrate", "--verbosity", "0")
        self.manage("collectstatic", "--no-input", "--verbosity", "0")
        os.environ |= {k: self.env[k] for k in ("DATABASE_URL", "VAR_DIR", "ALLOWED_NETWORKS")}
        os.environ["DJANGO_SETTINGS_MODULE"] = "tracker.settings"
        import django

        django.setup()

    def start(self) -> None:
        for part in self.parts.values():
            if part.name not in self.down:
                part.start()
        self._watch.start()
        for port in self.web_ports:
            wait_for(lambda port=port: _listens(port))

    def _keep(self) -> None:
        """Starts again what ended, a second later."""
        while not self._stop.wait(1.0):
            for part in self.parts.values():
                if not part.lives and part.name not in self.down and not self._stop.is_set():
                    part.start()

    def logs(self, length: int = 3000) -> str:
        """The end of what each part said."""
        return "\n".join(
            f"--- {part.name}, started {part.starts} times\n{part.log.read_text()[-length:]}"
            for part in self.parts.values()
            if part.log.exists()
        )

    def stop(self) -> None:
        self._stop.set()
        if self._watch.is_alive():
            self._watch.join()
        ours = [part for part in self.parts.values() if part.name not in {"redis", "nginx"}]
        for part in ours:
            part.end(signal.SIGTERM)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and any(part.lives for part in ours):
            time.sleep(0.1)
        for part in self.parts.values():
            part.end()
            if part.process is not None:
                part.process.wait()


def _listens(port: int) -> bool:
    import socket

    socket.create_connection(("127.0.0.1", port), timeout=1).close()
    return True


def every(seconds: float, act: Callable[[], object], stop: threading.Event) -> threading.Thread:
    """Calls `act` again and again until `stop`; errors of what is down are passed over."""

    def run() -> None:
        while not stop.wait(seconds):
            try:
                act()
            except Exception as error:  # noqa: BLE001 - whatever is down comes back
                print(f"  {act.__name__}: {type(error).__name__}", flush=True)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread
