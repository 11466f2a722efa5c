"""Which script a character belongs to, and which characters go on a word."""


def is_joined_script(char: str) -> bool:
    """Return whether the letter belongs to a script written without spaces or with endings glued on
    (Chinese, Japanese, Korean, Thai).
    """
    return (
        "\u0e00" <= char <= "\u0e7f" or "\u3040" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7af"
    )


def is_word_letter(char: str) -> bool:
    """Return whether a word goes on with this character: a letter, a digit, or the vowel sign of an
    Indic script, which Python counts as no letter.
    """
    return char.isalnum() or "\u0900" <= char <= "\u0963" or "\u0971" <= char <= "\u0dff"
