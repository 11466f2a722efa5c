"""Bring each mail address to one spelling, by which it is counted, barred and mailed; pure."""

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


class MailAddressError(ValueError):
    """Not an address that mail can be sent to; the text says why."""


AddressError = MailAddressError  # its first name, by which migration 0004 imports it


def canonical_address(text: str) -> str:
    """Return an address as a mail server would have it.

    Encoded words and quotes are removed, compatibility letters and invisible characters folded,
    letters lower case, the domain as in DNS. Raises MailAddressError, also for an address that
    needs quotes.
    """
    local, at, domain = text.strip().rpartition("@")
    if not at:
        raise MailAddressError("no @")
    # Quotes may hold encoded words and these quotes again; a name that goes on changing is refused
    # below.
    for _ in range(LAYERS):
        plain = _decode_words(_unquote(local))
        if plain == local:
            break
        local = plain
    local = _fold_spelling(local)
    if not LOCAL.fullmatch(local) or "=?" in local or not local.isprintable():
        raise MailAddressError(
            "a name before the @ that is not written with letters and digits alone"
        )
    address = f"{local}@{_encode_domain(domain)}"
    if len(address) > ADDRESS_LIMIT or len(local.encode()) > LOCAL_LIMIT:
        raise MailAddressError("longer than a mail address may be")
    return address


def mailbox_of(address: str) -> str:
    """Return where mails to a canonical address arrive, for counting: without the tag after a plus,
    and without dots at providers that ignore them.
    """
    local, _, domain = address.rpartition("@")
    # An address that begins with a plus is not a tag alone.
    local = local.partition("+")[0] or local
    if domain in DOTLESS:
        local, domain = local.replace(".", ""), DOTLESS[domain]
    return f"{local}@{domain}"


def _unquote(local: str) -> str:
    return QUOTED.sub(lambda match: re.sub(r"\\(.)", r"\1", match[1], flags=re.DOTALL), local)


def _decode_words(local: str) -> str:
    """Decode encoded words (RFC 2047), as mail programs do in an address, too."""
    try:
        return str(make_header(decode_header(local))) if "=?" in local else local
    except (HeaderParseError, LookupError, UnicodeError, ValueError):
        raise MailAddressError("an encoded word that cannot be read") from None


def _fold_spelling(text: str) -> str:
    # Folding can produce what is not in normal form, so it is normalised on both sides.
    text = unicodedata.normalize("NFKC", text)
    visible = "".join(c for c in text if unicodedata.category(c) != "Cf")
    return unicodedata.normalize("NFKC", visible.lower())


def _encode_domain(domain: str) -> str:
    try:
        encoded = idna.encode(domain, uts46=True, std3_rules=True).decode()
    except (idna.IDNAError, UnicodeError):
        raise MailAddressError("a domain that is none") from None
    return encoded.rstrip(".").lower()
