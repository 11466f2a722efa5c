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
# What people's addresses are made of. RFC 5322 allows more: quoted words, pipes, routes ("%", "!")
# and encoded words ("=?"), which mail servers and programs take for commands or decode.
ATOM = r"[a-z0-9_+'&*/=~#$^{}-]+"
LOCAL = re.compile(rf"(?=[a-z0-9_]){ATOM}(?:\.{ATOM})*")
LABEL = re.compile(r"[a-z0-9-]{1,63}")
NO_DOMAINS = ("localhost", "localdomain", "invalid")  # RFC 6761
# Widths and typefaces of a letter (UAX 44, decomposition types) are spellings of it; others that
# NFKC folds, as the long s, only look like it.
SPELLINGS = ("<wide>", "<narrow>", "<font>")
# Providers for whom dots in the local part say nothing, with the domain that they answer to.
DOTLESS = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}


class AddressError(ValueError):
    """What is no mail address that can be written to; the text says why."""


def canonical_address(text: str, *, is_public: bool = False) -> str:
    """An address as a mail server would have it: encoded words and quotes taken off, widths and
    typefaces of letters and invisible characters folded, small letters, the domain as DNS has it.

    Raises AddressError for what is no address of a person, also if it cannot be written without
    quotes. With `is_public`, for what a stranger types, also for a domain that no mail server on
    the internet can have, as that of this machine.
    """
    local, at, domain = text.strip().rpartition("@")
    if not at:
        raise AddressError("no @")
    for _ in range(LAYERS):
        plain = _decoded(_unquoted(local))
        if plain == local:
            break
        local = plain
    local, domain = _folded(local), _domain(domain)
    if not LOCAL.fullmatch(local):
        raise AddressError("a name before the @ that is not written with letters and digits alone")
    address = f"{local}@{domain}"
    if len(address) > ADDRESS_LIMIT or len(local) > LOCAL_LIMIT:
        raise AddressError("longer than a mail address may be")
    if is_public and ("." not in domain or domain.rpartition(".")[2] in NO_DOMAINS):
        raise AddressError("a domain of this machine alone")
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
    for character in text:
        decomposition = unicodedata.decomposition(character)
        if decomposition and not decomposition.startswith(SPELLINGS):
            raise AddressError("a letter that only looks like one of an address")
    text = unicodedata.normalize("NFKC", text)
    visible = "".join(c for c in text if unicodedata.category(c) != "Cf")
    return visible.lower()


def _domain(domain: str) -> str:
    try:
        encoded = idna.encode(domain, uts46=True, std3_rules=True).decode()
    except (idna.IDNAError, UnicodeError):
        raise AddressError("a domain that is none") from None
    encoded = encoded.rstrip(".").lower()
    labels = encoded.split(".")
    if not all(map(LABEL.fullmatch, labels)) or labels[-1].isdigit():
        raise AddressError("a domain that is none")
    return encoded
