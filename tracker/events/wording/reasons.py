"""Word the program's recorded reasons ("same kind ad_ban; 2 days apart") in the active language;
pure.
"""

import re
from collections.abc import Callable, Sequence

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tracker.classify import Kind
from tracker.events.wording.names import country_name, format_number, kind_name, platform_name
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


def word_reasons(reasons: str | Sequence[str]) -> str:
    """Return the reasons, a list or separated by "; ", in the active language; unknown ones
    unchanged.
    """
    parts = reasons.split("; ") if isinstance(reasons, str) else reasons
    return str(_("; ")).join(map(_word_reason, parts))


def _word_reason(reason: str) -> str:
    # The record keeps the program's reasons as English text; what does not fit a form was written
    # by a person.
    if shared := SHARED.fullmatch(reason):
        words, name = SAME[shared[1]]
        return str(words) % ", ".join(map(name, shared[2].split(", ")))
    if counted := COUNT.fullmatch(reason):
        count = int(counted[1])
        return COUNTED[counted[2]](count) % format_number(count)
    return term(reason)
