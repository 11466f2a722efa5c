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


class MailAddressError(ValueError):
    """Not an address that mail can be sent to; the text says why."""


AddressError = MailAddressError  # its first name, by which migration 0004 imports it


def canonical_address(text: str, *, is_public: bool = False) -> str:
    """An address as a mail server would have it: encoded words and quotes taken off, widths and
    typefaces of letters and invisible characters folded, small letters, the domain as DNS has it.

    Raises AddressError for what is no address of a person, also if it cannot be written without
    quotes. With `is_public`, for what a stranger types, also for a domain that no mail server on
    the internet can have, as that of this machine.
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
    local, domain = _fold_spelling(local), _encode_domain(domain)
    if not LOCAL.fullmatch(local):
        raise MailAddressError(
            "a name before the @ that is not written with letters and digits alone"
        )
    address = f"{local}@{domain}"
    if len(address) > ADDRESS_LIMIT or len(local) > LOCAL_LIMIT:
        raise MailAddressError("longer than a mail address may be")
    if is_public and ("." not in domain or domain.rpartition(".")[2] in NO_DOMAINS):
        raise MailAddressError("a domain of this machine alone")
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
    for character in text:
        decomposition = unicodedata.decomposition(character)
        if decomposition and not decomposition.startswith(SPELLINGS):
            raise MailAddressError("a letter that only looks like one of an address")
    text = unicodedata.normalize("NFKC", text)
    visible = "".join(c for c in text if unicodedata.category(c) != "Cf")
    return visible.lower()


def _encode_domain(domain: str) -> str:
    try:
        encoded = idna.encode(domain, uts46=True, std3_rules=True).decode()
    except (idna.IDNAError, UnicodeError):
        raise MailAddressError("a domain that is none") from None
    encoded = encoded.rstrip(".").lower()
    labels = encoded.split(".")
    if not all(map(LABEL.fullmatch, labels)) or labels[-1].isdigit():
        raise MailAddressError("a domain that is none")
    return encoded
