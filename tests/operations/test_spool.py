"""The embedded form's messages are files that are whole or not there."""

import threading
import uuid
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection, Queue
from kombu.exceptions import ChannelError

from tracker.operations import spool

MESSAGES = 300


@pytest.fixture
def name():
    """Of a queue: kombu remembers in the process which ones it has declared."""
    return uuid.uuid4().hex


@pytest.fixture
def connection(tmp_path):
    spool.use()
    folders = {"data_folder_in": str(tmp_path), "data_folder_out": str(tmp_path)}
    options = {**folders, "control_folder": str(tmp_path / "control")}
    with Connection("filesystem://localhost", transport_options=options) as connection:
        yield connection


def test_what_is_sent_is_received(connection, name):
    with connection.SimpleQueue(name) as queue:
        queue.put({"look": "now"})
        message = queue.get(timeout=10)
        message.ack()
    assert message.payload == {"look": "now"}


def test_a_message_has_no_name_before_it_is_whole(connection, name, tmp_path, monkeypatch):
    def dies(part, target):
        assert part.read_text()
        assert list(tmp_path.glob("*.msg")) == []
        raise OSError("killed")

    monkeypatch.setattr(Path, "replace", dies)
    with connection.SimpleQueue(name) as queue:
        with pytest.raises(ChannelError):
            queue.put({})
        with pytest.raises(queue.Empty):
            queue.get(block=False)


def test_who_reads_while_others_write_never_sees_half_a_message(connection, name):
    stop, failed = threading.Event(), []

    def read(channel):
        while not stop.is_set():
            try:
                channel._get(name)
            except Empty:
                continue
            except ValueError as error:
                failed.append(error)

    channel = connection.channel()
    Queue(name, channel=channel).declare()
    reader = threading.Thread(target=read, args=(connection.channel(),))
    reader.start()
    for _ in range(MESSAGES):
        channel._put(name, {"padding": "x" * 10_000})
    stop.set()
    reader.join()
    assert failed == []
