"""Text from outside, made fit to be stored, compared and shown; pure.

Whatever a publisher, a server, a reader, an editor, a mail or a file sends passes `clean_text` (or
`clean_lines`) before it is checked, counted or stored, so that all of them mean the same string.
"""

import json
import re
import unicodedata

# Surrogates without a partner, noncharacters, and what nobody sees: fillers, marks that turn the
# direction of what follows, soft hyphens, tags and picture variants of plane 14, which can carry a
# hidden text. The joiners U+200C and U+200D have their own rule.
UNSEEN = (
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ud800-\udfff\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
) + "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 1 << 16)
)
CONTROLS = "\x00-\x1f\x7f-\x9f"
CONTROL = re.compile(f"[{CONTROLS}\u2800]")  # with the blank of Braille, which is a space
# Persian, Indic scripts and pictures need joiners; after a letter of ours they only hide a word.
UNWANTED = re.compile(f"[{UNSEEN}]|(?<![\u0590-\u1dff\u2070-\U0010ffff])[\u200c\u200d]+")
# What moves a terminal's cursor, colours or turns its text; its own line breaks and tabs stay.
STEERING = re.compile(f"[{UNSEEN}\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\u2028\u2029]")
# Characters of both that count as printable: a text that is printable without them is clean.
PRINTABLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\U000e0000-\U000e0fff]")
READ = 4  # characters that are read for each that is kept


def clean_text(value: object, max_length: int | None = None) -> str:
    """`value` on one line, NFC, without controls, unpaired surrogates and characters that nobody
    sees; at most `max_length` characters, counted at the end. "" for what is no text.
    """
    if not isinstance(value, str):
        return ""
    text = value if max_length is None else value[: max_length * READ]
    plain = " ".join(text.split())
    if not (plain.isascii() and plain.isprintable()):
        clean = plain if is_seen(plain) else UNWANTED.sub("", CONTROL.sub(" ", text))
        composed = unicodedata.normalize("NFC", clean)
        plain = plain if composed == plain else " ".join(composed.split())
    return plain[:max_length].rstrip()


def is_seen(text: str) -> bool:
    """Return whether a text holds nothing that `UNWANTED` or `CONTROL` takes out, which is true of
    most, and costs a tenth of asking them. False says nothing.
    """
    return text.isprintable() and (text.isascii() or not PRINTABLE.search(text))


def clean_lines(value: object, max_length: int | None = None) -> str:
    """As clean_text, line by line: the line breaks stay, as "\\n"."""
    if not isinstance(value, str):
        return ""
    text = value if max_length is None else value[: max_length * READ]
    return "\n".join(map(clean_text, text.splitlines())).strip("\n")[:max_length].rstrip()


def clean_json(value: object) -> object:
    """Decoded JSON with every string in it cleaned, names too."""
    if isinstance(value, str):
        return clean_lines(value)
    if isinstance(value, list):
        return [clean_json(item) for item in value]
    if isinstance(value, dict):
        return {clean_text(name): clean_json(item) for name, item in value.items()}
    return value


def escaped(text: str) -> str:
    """Text for a terminal: what would steer it is written as Python writes it ("\\x1b")."""
    return STEERING.sub(lambda char: char[0].encode("unicode_escape").decode(), text)


def json_text(value: object, **options: object) -> str:
    """JSON in the letters of its languages; what steers a terminal or is no character is escaped,
    so that it can always be encoded.
    """
    text = json.dumps(value, ensure_ascii=False, **options)  # type: ignore[arg-type]
    return STEERING.sub(lambda char: json.dumps(char[0])[1:-1], text)
