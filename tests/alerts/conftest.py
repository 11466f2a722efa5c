"""A real mail server on loopback that misbehaves by script."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller


class Server(Controller):
    """On a free port."""

    def _trigger_server(self):
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class Script:
    """Says of each mail what the script says: an answer to RCPT or DATA by the mail's number, or by
    its recipient; "drop" closes the line after the dot. Keeps what it took.
    """

    def __init__(self, data: Callable[[int, str], str], rcpt: Callable[[str], str]) -> None:
        self.data, self.rcpt = data, rcpt
        self.taken: list[Any] = []
        self.seen = 0
        self.connections = 0

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        answer = self.rcpt(address)
        if answer == "drop":
            server.transport.close()
            return "451 nobody hears this"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        answer = self.data(self.seen, envelope.rcpt_tos[0])
        self.seen += 1
        if answer == "drop":
            self.taken.append(envelope)
            server.transport.close()
            return "250 nobody hears this"
        if answer.startswith("250"):
            self.taken.append(envelope)
        return answer


@pytest.fixture
def post(settings) -> Iterator[Callable[..., Script]]:
    """Starts a mail server: `post("451 later")`, or a function of (number, recipient)."""
    started = []

    def start(data="250 OK", rcpt="250 OK"):
        script = Script(
            data if callable(data) else lambda number, address: data,
            rcpt if callable(rcpt) else lambda address: rcpt,
        )
        controller = Server(script, hostname="127.0.0.1", port=0)
        controller.start()
        started.append(controller)
        settings.EMAIL_BACKEND = "tracker.alerts.delivery.smtp.SmtpBackend"
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = controller.port
        return script

    yield start
    for controller in started:
        controller.stop()
