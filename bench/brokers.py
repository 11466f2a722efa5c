"""Broker forms for the embedded form: tasks a second, delay of one task, seconds to stop, with the
worker that `manage.py up` starts. Forms whose client or server is not there are passed over.
"""

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TASKS, SINGLES = 1_000, 20
FORMS = {
    "filesystem (embedded)": "filesystem://localhost",
    "memory": "memory://localhost",
    "Redis": "redis://127.0.0.1:6379/7",
    "RabbitMQ": "amqp://guest:guest@127.0.0.1:5672//",
}
SENDER = """
import sys, time
from pathlib import Path
import django; django.setup()
from tracker.celery import app
log, count = Path(sys.argv[1]), int(sys.argv[2])
done = lambda: log.stat().st_size if log.exists() else 0
def send_and_wait(n, patience):
    before, start = done(), time.perf_counter()
    for _ in range(n):
        app.send_task("bench.mark", args=[str(log)])
    while done() < before + n:
        if time.perf_counter() - start > patience:
            print("lost", before + n - done(), flush=True)
            sys.exit()
        time.sleep(0.001)
    return time.perf_counter() - start
send_and_wait(1, 20)
print("single", *(send_and_wait(1, 20) for _ in range(int(sys.argv[3]))))
print("many", send_and_wait(count, 120))
"""
WORKER = """
import sys
import django; django.setup()
from tracker.celery import app
@app.task(name="bench.mark", acks_late=False)
def mark(path):
    with open(path, "ab") as log:
        log.write(b".")
app.worker_main(["worker", "--pool", "threads", "--concurrency", "6", "--without-gossip",
                 "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING"])
"""


def measured(url: str, folder: Path) -> str:
    env = os.environ | {
        "BROKER_URL": url,
        "VAR_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "tracker.settings",
        "LOG_LEVEL": "ERROR",
        "PYTHONWARNINGS": "ignore",
    }
    for name in ("messages", "control"):
        (folder / "broker" / name).mkdir(parents=True)
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(4)
    if worker.poll() is not None:
        return "its client or server is not here"
    sent = subprocess.run(
        [sys.executable, "-c", SENDER, str(folder / "log"), str(TASKS), str(SINGLES)],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    start = time.perf_counter()
    worker.send_signal(signal.SIGTERM)
    worker.wait(60)
    stopped = time.perf_counter() - start
    lines = {line.split()[0]: line.split()[1:] for line in sent.stdout.splitlines()}
    if "many" not in lines:
        return "what another process sends does not arrive"
    delay = statistics.median(map(float, lines["single"]))
    return (
        f"{TASKS / float(lines['many'][0]):>7,.0f} tasks/s   delay {delay * 1000:>5.0f} ms"
        f"   stops in {stopped:.1f} s"
    )


def main() -> None:
    for name, url in FORMS.items():
        with tempfile.TemporaryDirectory() as folder:
            print(f"{name:<24} {measured(url, Path(folder))}", flush=True)


if __name__ == "__main__":
    main()
