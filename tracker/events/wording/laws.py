"""Read from reports' titles under which law somebody acts, for headlines; pure."""

import re
from collections.abc import Iterable

from django.utils.translation import gettext, gettext_noop

# Each law as titles in the languages of its readers print it. Short forms are case-sensitive.
LAWS = (
    (
        re.compile(
            r"Digital Services Act|\bDSA\b|Gesetz über digitale Dienste|Digitale-Dienste-Gesetz"
            r"|[Rr]èglement sur les services numériques|Ley de Servicios Digitales"
            r"|Lei dos Serviços Digitais|Digitaledienstenverordening|デジタルサービス法|数字服务法"
        ),
        gettext_noop("Digital Services Act"),
    ),
    (
        re.compile(
            r"Digital Markets Act|\bDMA\b|Gesetz über digitale Märkte"
            r"|[Rr]èglement sur les marchés numériques|Ley de Mercados Digitales|デジタル市場法"
        ),
        gettext_noop("Digital Markets Act"),
    ),
    (re.compile(r"\b(?:GDPR|RGPD|DSGVO|AVG|RODO)\b"), gettext_noop("GDPR")),
    (re.compile(r"\bOnline Safety Act\b"), gettext_noop("Online Safety Act")),
)
UNDER = gettext_noop("{headline} under the {law}")


def law_in(titles: Iterable[str]) -> str:
    """Return the law that titles name, in English; "" for none, or where they name several."""
    text = "\n".join(titles)
    named = [law for pattern, law in LAWS if pattern.search(text)]
    return named[0] if len(named) == 1 else ""


def under_law(headline: str, law: str) -> str:
    """Return the headline with its law in the active language, as in "… under the GDPR"."""
    return gettext(UNDER).format(headline=headline, law=gettext(law))
