"""Messages as files, for the embedded form: kombu's transport, where a message is written whole
before it has the name that a worker looks for.
"""

import uuid
from pathlib import Path
from time import monotonic
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """kombu opens the file under its name and then writes; a worker that reads in between ends with
    an error (a message of no bytes is no JSON).
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
    """kombu's, with our channel."""

    Channel = Channel


def use() -> None:
    """Makes `filesystem://` mean this transport."""
    TRANSPORT_ALIASES["filesystem"] = f"{__name__}:Transport"
