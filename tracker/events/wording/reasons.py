"""Why the program put two reports or acts together, in the reader's language; pure. The record has
it as grouping and chains say it: "same kind ad_ban; 2 days apart".
"""

import re
from collections.abc import Callable, Sequence

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tracker.classify import Kind
from tracker.events.wording.names import country_name, kind_name, number, platform_name
from tracker.events.wording.terms import term

SAME: dict[str, tuple[object, Callable[[str], str]]] = {  # what is shared -> words, name of a value
    "platform": (_("same platform: %s"), platform_name),
    "kind": (_("same kind: %s"), lambda kind: kind_name(kind) if kind in set(Kind) else kind),
    "country": (_("same country: %s"), country_name),
    "target": (_("same target: %s"), str),
    "number": (_("same number: %s"), str),
    "authority": (_("same authority: %s"), str),
}
COUNTED: dict[str, Callable[[int], str]] = {
    "apart": lambda n: ngettext("%s day apart", "%s days apart", n),
    "later": lambda n: ngettext("%s day later", "%s days later", n),
    "in common": lambda n: ngettext("%s word in common", "%s words in common", n),
}
SHARED = re.compile(rf"same ({'|'.join(SAME)}) (.+)")
COUNT = re.compile(rf"(\d{{1,9}}) (?:day|word)s? ({'|'.join(COUNTED)})")


def in_words(reasons: str | Sequence[str]) -> str:
    """The reasons, one by one or parted by "; ", in the active language; what is none of the
    program's as it is.
    """
    parts = reasons.split("; ") if isinstance(reasons, str) else reasons
    return str(_("; ")).join(map(_in_words, parts))


def _in_words(reason: str) -> str:
    if shared := SHARED.fullmatch(reason):
        words, name = SAME[shared[1]]
        return str(words) % ", ".join(map(name, shared[2].split(", ")))
    if told := COUNT.fullmatch(reason):
        count = int(told[1])
        return COUNTED[told[2]](count) % number(count)
    return term(reason)
