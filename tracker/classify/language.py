"""Which language a text is written in."""

from functools import cache
from typing import Any

from py3langid.langid import MODEL_FILE, LanguageIdentifier

# fmt: off
LANGUAGES = (
    "ar", "de", "en", "es", "fa", "fr", "he", "hi", "id", "it",
    "ja", "ko", "nl", "pl", "pt", "ru", "tr", "uk", "vi", "zh",
)
# fmt: on
SURE = 0.9  # below this probability the feed's own tag decides


@cache
def _identifier() -> Any:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(LANGUAGES))
    return identifier


def known(tag: str) -> str:
    """The two-letter code of a language tag (RFC 5646), "" for one that is not among LANGUAGES."""
    code = tag.lower().replace("_", "-").partition("-")[0]
    return code if code in LANGUAGES else ""


def language_of(text: str, hint: str = "") -> str:
    """The two-letter code of one of LANGUAGES; `hint` is the feed's own tag, believed where the
    text leaves doubt.
    """
    told = known(hint)
    if not text.strip():
        return told or "en"
    language, probability = _identifier().classify(text[:600])
    return told if told and probability < SURE else str(language)
