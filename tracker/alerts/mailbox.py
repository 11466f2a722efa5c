"""Normalise email addresses for counting, suppressing and mailing; pure."""

import re
import unicodedata
from email.errors import HeaderParseError
from email.header import decode_header, make_header

import idna

ADDRESS_LIMIT = 254  # octets (RFC 5321 4.5.3.1.3, RFC 3696 erratum 1690)
LOCAL_LIMIT = 64  # octets
LAYERS = 5  # of quoting and encoding that are removed
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
# Characters of people's addresses. RFC 5322 allows more: quoted words, pipes, routes ("%", "!") and
# encoded words ("=?"), which mail servers and programs decode or treat as commands.
ATOM = r"[a-z0-9_+'&*/=~#$^{}-]+"
LOCAL = re.compile(rf"(?=[a-z0-9_]){ATOM}(?:\.{ATOM})*")
LABEL = re.compile(r"[a-z0-9-]{1,63}")
NO_DOMAINS = ("localhost", "localdomain", "invalid")  # RFC 6761
# Width and typeface variants of a letter (UAX 44, decomposition types) are spellings of it; others
# that NFKC folds, like the long s, only look similar.
SPELLINGS = ("<wide>", "<narrow>", "<font>")
# Providers that ignore dots in the local part, with their main domain.
DOTLESS = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}


class MailAddressError(ValueError):
    """Not an address that mail can be sent to; the message says why."""


AddressError = MailAddressError  # its original name, which migration 0004 imports


def canonical_address(text: str, *, is_public: bool = False) -> str:
    """Return an address in canonical form: encoded words and quotes removed, letter variants and
    invisible characters folded, lower case, the domain as in DNS. Raises MailAddressError if it is
    not a person's address, or cannot be written without quotes. With `is_public`, for strangers'
    input, also for domains that no mail server on the internet can have, such as this machine's.
    """
    local, at, domain = text.strip().rpartition("@")
    if not at:
        raise MailAddressError("no @")
    # Quotes may contain encoded words and vice versa; a name that keeps changing is refused below.
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
    """Return the mailbox of a canonical address, for counting: without the tag after a plus, and
    without dots at providers that ignore them.
    """
    local, _, domain = address.rpartition("@")
    # An address that begins with a plus does not consist of a tag.
    local = local.partition("+")[0] or local
    if domain in DOTLESS:
        local, domain = local.replace(".", ""), DOTLESS[domain]
    return f"{local}@{domain}"


def _unquote(local: str) -> str:
    return QUOTED.sub(lambda match: re.sub(r"\\(.)", r"\1", match[1], flags=re.DOTALL), local)


def _decode_words(local: str) -> str:
    """Decode encoded words (RFC 2047), as mail programs do, even in addresses."""
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
