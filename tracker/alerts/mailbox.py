"""One spelling for each mail address; pure. It is counted, barred and mailed by that same text, so
that no other spelling of an address is another address.
"""

import re
import unicodedata
from email.errors import HeaderParseError
from email.header import decode_header, make_header

import idna

ADDRESS_LIMIT = 254  # octets (RFC 5321 4.5.3.1.3, RFC 3696 erratum 1690)
LOCAL_LIMIT = 64  # octets
LAYERS = 5  # of quoting and encoding that are taken off
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
# RFC 5322 3.2.3 (dot-atom) and RFC 6532: quotes, brackets, spaces and controls are none of it.
ATOM = r"[^\s\"(),:;<>@\[\\\]\x00-\x1f\x7f.]+"
LOCAL = re.compile(rf"{ATOM}(?:\.{ATOM})*")
# Providers for whom dots in the local part say nothing, with the domain that they answer to.
DOTLESS = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}


class AddressError(ValueError):
    """What is no mail address that can be written to; the text says why."""


def canonical_address(text: str) -> str:
    """An address as a mail server would have it: encoded words and quotes taken off, compatibility
    letters and invisible characters folded, small letters, the domain as DNS has it. Raises
    AddressError, also for an address that cannot be written without quotes.
    """
    local, at, domain = text.strip().rpartition("@")
    if not at:
        raise AddressError("no @")
    for _ in range(LAYERS):
        plain = _decoded(_unquoted(local))
        if plain == local:
            break
        local = plain
    local = _folded(local)
    if not LOCAL.fullmatch(local) or "=?" in local or not local.isprintable():
        raise AddressError("a name before the @ that is not written with letters and digits alone")
    address = f"{local}@{_domain(domain)}"
    if len(address) > ADDRESS_LIMIT or len(local.encode()) > LOCAL_LIMIT:
        raise AddressError("longer than a mail address may be")
    return address


def mailbox_of(address: str) -> str:
    """Where mails to a canonical address arrive, for counting: a tag behind a plus is the
    recipient's own, and some providers pass over dots.
    """
    local, _, domain = address.rpartition("@")
    local = local.partition("+")[0] or local
    if domain in DOTLESS:
        local, domain = local.replace(".", ""), DOTLESS[domain]
    return f"{local}@{domain}"


def _unquoted(local: str) -> str:
    return QUOTED.sub(lambda found: re.sub(r"\\(.)", r"\1", found[1], flags=re.DOTALL), local)


def _decoded(local: str) -> str:
    """Without encoded words (RFC 2047), which mail programs decode in an address, too."""
    try:
        return str(make_header(decode_header(local))) if "=?" in local else local
    except (HeaderParseError, LookupError, UnicodeError, ValueError):
        raise AddressError("an encoded word that cannot be read") from None


def _folded(text: str) -> str:
    text = unicodedata.normalize("NFKC", text)
    seen = "".join(c for c in text if unicodedata.category(c) != "Cf")
    return unicodedata.normalize("NFKC", seen.lower())


def _domain(domain: str) -> str:
    try:
        encoded = idna.encode(domain, uts46=True, std3_rules=True).decode()
    except (idna.IDNAError, UnicodeError):
        raise AddressError("a domain that is none") from None
    return encoded.rstrip(".").lower()
