"""Remove secrets from texts that are shown, logged or reported; pure."""

import re
import sys
import traceback
from dataclasses import fields
from types import TracebackType
from typing import Any

MASK = "***"
BYTES_SHOWN = 20
TOKEN_PREFIX = "ppt_"  # noqa: S105 - of what lets an editor write by the API
# Names of query parameters with secret values, alone or as the last word of a name ("api_key",
# "X-Amz-Signature").
_PARAMETERS = (
    r"(?:[a-z0-9]+[_-])*(?:access)?(?:api)?(?:key|token|auth|authkey|authorization|bearer|jwt"
    r"|secret|passw(?:or)?d|passwd|pass|pwd|sig|signature|credentials?|session(?:id)?|sid)"
)
_CREDENTIALS: tuple[tuple[re.Pattern[str], str], ...] = (
    # User and password of an address (RFC 3986 7.5), plain or percent-encoded within another one.
    (re.compile(r"(?<=//)[^/?#\s]*@"), ""),
    (re.compile(r"(?i)(?<=%2f%2f)(?:(?!%2f|%3f|%23)[^/?#&\s\"'])*%40"), ""),
    (re.compile(rf"(?i)((?:[?&;]|%3f|%26){_PARAMETERS}(?:=|%3d))[^&;#\s\"'<>]+"), rf"\1{MASK}"),
)
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    *_CREDENTIALS,
    # Signing secrets of webhooks, API tokens, and signed links in mails: anyone who has one can use
    # it.
    (re.compile(r"whsec_[A-Za-z0-9+/=_-]+"), f"whsec_{MASK}"),
    (re.compile(rf"{TOKEN_PREFIX}[A-Za-z0-9_-]{{20,}}"), f"{TOKEN_PREFIX}{MASK}"),
    (
        re.compile(
            r"(?i)((?:/|%2f)(?:alerts(?:/|%2f)[a-z-]+|collections(?:(?:/|%2f)edit)?)(?:/|%2f)+)"
            r"(?:(?!%2f|%3f|%23|%26)[^/?#&\s\"'<>])+"
        ),
        rf"\1{MASK}",
    ),
    # What an OpenID provider sends a person back with; once used it is worthless, but not before.
    (re.compile(r"(/login/provider/back\?)[^#\s\"'<>]+"), rf"\1{MASK}"),
    (
        re.compile(
            r"(?i)((?:/|%2f)(?:join|setup|password)(?:/|%2f))(?:(?!%3f|%23|%26)[^?#&\s\"'<>])+"
        ),
        rf"\1{MASK}",
    ),
    # Anyone who has the address of a chat's webhook can post there.
    (
        re.compile(r"(?i)(hooks\.slack\.com/(?:services|workflows|triggers)/)[^?#\s\"'<>]+"),
        rf"\1{MASK}",
    ),
    (re.compile(r"(?i)(/webhook(?:b2)?/)[^?#\s\"'<>]+"), rf"\1{MASK}"),
    (re.compile(r"(?i)(authorization\W{1,5}(?:basic|bearer)\s+)[^\s\"']+"), rf"\1{MASK}"),
)


def without_secrets(text: str) -> str:
    """Return a text for a page or a log without secrets: users and passwords in addresses, values
    of secret-looking parameters, webhook secrets, and tokens of signed links.
    """
    return _replaced(text, _PATTERNS)


def without_credentials(url: str) -> str:
    """Return an address that others will open without user, password and the values of
    secret-looking parameters; its path stays, whatever it looks like.
    """
    # Another site's /collections/… or /alerts/… is no signed link of ours.
    return _replaced(url, _CREDENTIALS)


def _replaced(text: str, patterns: tuple[tuple[re.Pattern[str], str], ...]) -> str:
    for pattern, put in patterns:
        text = pattern.sub(put, text)
    return text


class Discreet:
    """A dataclass (with `repr=False`) whose repr contains no secret, for notes, logs and reports:
    texts are cleaned and bytes cut.
    """

    def __repr__(self) -> str:
        shown: list[Any] = [f for f in fields(self) if f.repr]  # type: ignore[arg-type]
        values = ", ".join(f"{f.name}={_shown(getattr(self, f.name))}" for f in shown)
        return f"{type(self).__name__}({values})"


def _shown(value: object) -> str:
    if isinstance(value, bytes) and len(value) > BYTES_SHOWN:
        return f"<{len(value)} bytes>"
    return without_secrets(repr(value))


def scrub(event: Any, hint: object = None) -> Any:
    """Return a sentry-sdk event (its `before_send`) with every text cleaned."""
    if isinstance(event, str):
        return without_secrets(event)
    if isinstance(event, dict):
        return {key: scrub(value) for key, value in event.items()}
    if isinstance(event, list | tuple):
        return [scrub(value) for value in event]
    return event


def print_error(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Print an uncaught error like Python (a `sys.excepthook`), but without secrets: database
    drivers repeat the values of a row that they refuse.
    """
    lines = traceback.format_exception(kind, error, trace)
    sys.stderr.write(without_secrets("".join(lines)))
