"""Spool messages as files, for the embedded form: kombu's transport, but a message is written
completely before it gets the name that workers look for.
"""

import uuid
from pathlib import Path
from time import monotonic
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """kombu opens the file under its final name and then writes; a worker that reads in between
    fails (an empty message is not JSON).
    """

    def _put(self, queue: str, payload: Any, **options: Any) -> None:  # type: ignore[override]  # as kombu does
        name = f"{round(monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        path = Path(self.data_folder_out) / name
        part = path.with_name(f"{name}.part")
        try:
            part.write_text(dumps(payload), "utf-8")
            # A rename is atomic; kombu's lock is only taken for writing (decision D8).
            part.replace(path)
        except OSError as error:
            raise ChannelError(f"message {name} cannot be written: {error}") from error


class Transport(filesystem.Transport):
    """kombu's transport with our channel."""

    Channel = Channel


def use() -> None:
    """Make `filesystem://` mean this transport."""
    TRANSPORT_ALIASES["filesystem"] = f"{__name__}:Transport"
