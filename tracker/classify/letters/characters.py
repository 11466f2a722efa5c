"""Tell which script a character belongs to, and which characters continue a word."""

import re

JOINED = re.compile("[\u0e00-\u0e7f\u3040-\u9fff\uac00-\ud7af]")
JOINED_SHARE = 3  # one letter in so many makes a text one of a joined script
FIRST_JOINED = "\u0e00"


def is_joined_script(char: str) -> bool:
    """Return whether the letter belongs to a script written without spaces or with endings glued on
    (Chinese, Japanese, Korean, Thai).
    """
    return (
        "\u0e00" <= char <= "\u0e7f" or "\u3040" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7af"
    )


def is_joined_text(text: str) -> bool:
    """Return whether more than a third of the characters belong to a joined script."""
    return not text.isascii() and len(JOINED.findall(text)) * JOINED_SHARE > len(text)


def is_word_letter(char: str) -> bool:
    """Return whether a word continues with this character: a letter, a digit, or the vowel sign of
    an Indic script, which Python counts as no letter.
    """
    return char.isalnum() or "\u0900" <= char <= "\u0963" or "\u0971" <= char <= "\u0dff"
