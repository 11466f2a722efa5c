"""Who is affected and has no name: classes of content, accounts or people ("breastfeeding
photos"), as English headlines print them.
"""

import re
from collections.abc import Sequence

from tracker.classify.names.signs import TokenZone
from tracker.classify.names.tokens import Token
from tracker.classify.names.word_uses import WordUse

REACH = 7  # words after the act
END = WordUse.REASON | WordUse.SAID | WordUse.AUX | WordUse.AND | WordUse.LOSES
HEADS = {
    *("accounts", "ads", "adverts", "albums", "apps", "articles", "artists", "books", "bots"),
    *("channels", "chatbots", "clips", "comments", "content", "creators", "deepfakes", "films"),
    *("games", "groups", "hashtags", "images", "influencers", "journalists", "links", "listings"),
    *("livestreams", "media", "memes", "messages", "misinformation", "disinformation", "music"),
    *("news", "outlets", "pages", "photos", "pictures", "podcasts", "posts", "products"),
    *("profiles", "propaganda", "publishers", "searches", "servers", "services", "sites", "songs"),
    *("speech", "streamers", "streams", "subreddits", "tweets", "users", "videos", "websites"),
}
MARKS = " '\"“”‘’"
OWNED = {"’ ", "' "}
TIES = {"of", "to", "with", "by", "about", "promoting", "showing", "containing", "featuring"}
# Words after which there is no class.
EMPTY = {
    *("account", "age", "and", "certain", "different", "few", "first", "global", "her", "his"),
    *("hundred", "hundreds", "many", "million", "millions", "billion", "most", "online", "own"),
    *("other", "popular", "related", "same", "similar", "such", "their", "these", "those"),
    *("thousand", "thousands", "user", "users", "various", "social", "video", "your", "our", "my"),
    *("having", "pay", "paying", "number", "lot", "using", "use", "making"),
    *("buy", "earn", "make", "place", "post", "publish", "run", "sell", "share", "show", "upload"),
    *("posting", "sharing", "showing", "displaying", "steering", "hosting", "running", "letting"),
    *("spreading", "spread", "allowing", "publishing", "seeing", "viewing", "watching", "viral"),
    *("available", "accessible", "visible"),
    *("news", "media", "platform", "platforms", "over", "under", "recent", "old", "live"),
}
LINKED = re.compile(
    r"\b(accounts|pages|channels|networks) (?:linked|tied|connected) to "
    r"((?:(?:, | and | & |, and )?(?:the )?[A-Z]\w+(?: [A-Z]\w+)?){1,5})"
)
LISTED = re.compile(r"(?:,? and |, | & )?(?:the )?([A-Z]\w+(?: [A-Z]\w+)?)")
CHILDREN = re.compile(
    r"child|kids|kinder|enfant|niñ|crianças|bambin|dzieci|kinderen|çocuk|anak|trẻ|дет|діт|儿童|兒童|子ども"
    r"|어린이|아동|أطفال|کودکان|ילדים|बच्च",
    re.IGNORECASE,
)
BEFORE_AGE = 14
# Who is under an age, in all languages; the two groups hold the age.
UNDER = re.compile(
    r"(?:under[- ](?:the age of )?|unter |moins de |menores de (?:los )?|menos de "
    r"|sotto i |minori di |poniżej |onder de |jonger dan |di bawah (?:usia |umur )?"
    r"|dưới |младше |до |молодше |未[满滿]"
    r"|دون (?:سن )?(?:ال)?|تحت سن (?:ال)?|زیر |מתחת לגיל |16'dan )(1[3-8])"
    r"(?!\d|\s*(?:%|percent|million|Uhr|июн|июл|мая|січ|лют|бер|тра|чер|лип))"
    r"|(1[3-8]) ?(?:yaş(?:ından)? (?:alt|küç)|歳未満|岁以下|歲以下|세 미만|साल से कम|jarige)",
    re.IGNORECASE,
)


def find_age_group(title: str) -> tuple[str, int, int] | None:
    """Return (name, start, end) of users under an age, in any language."""
    match = UNDER.search(title)
    if match is None:
        return None
    before = title[max(0, match.start() - BEFORE_AGE) : match.start()]
    who = "children" if CHILDREN.search(before) else "users"
    return f"{who} under {match[1] or match[2]}", match.start(), match.end()


def find_classes(text: str, zone: TokenZone) -> list[tuple[str, int, int]]:
    """Return (name, start, end) of accounts linked to a state, else of what is right after the
    act; only in English.
    """
    if zone.language != "en":
        return []
    # A network is named by the states after it, each a target.
    if match := LINKED.search(text):
        start = match.start(2)
        return [
            (f"{match[1]} linked to {owner[1]}", start + owner.start(1), start + owner.end())
            for owner in LISTED.finditer(match[2])
        ]
    behind = (
        _class_behind(text, zone, i + 1) for i, token in enumerate(zone.tokens) if token.is_act
    )
    nearest = next(filter(None, behind), None)
    return [nearest] if nearest else []


def _class_behind(text: str, zone: TokenZone, first: int) -> tuple[str, int, int] | None:
    """Return the class that begins at word `first`, after articles and numbers."""
    tokens = zone.tokens
    while first < len(tokens) and _is_skipped(tokens[first]):
        first += 1
    if first + 1 < len(tokens) and _is_tie(tokens[first], tokens[first + 1]):
        return _class_behind(text, zone, first + 2)  # "accounts of Saudi dissidents"
    inside = tokens[first : _head_of_class(tokens, first) + 1]
    if not inside or all(t.word in EMPTY or t.word.isdigit() for t in inside[:-1]):
        return None
    return _spell_class(text, zone, inside), inside[0].start, inside[-1].end


def _is_tie(token: Token, following: Token) -> bool:
    return token.word in HEADS and following.word in TIES


def _head_of_class(tokens: Sequence[Token], first: int) -> int:
    """Return where the class that begins at word `first` has its last word; -1 for nowhere."""
    head = -1
    for i in range(first, min(len(tokens), first + REACH)):
        token = tokens[i]
        if i > first and token.gap in OWNED and token.uses & WordUse.THINGS:
            return i - 1  # "Saudi dissidents' accounts"
        if token.gap.strip(MARKS) or token.known in {"platform", "target"}:
            break
        if token.word in HEADS and i > first:
            head = i if tokens[i - 1].word != "social" else head
        elif token.uses & END or token.is_act or token.word == "to":
            break
    return head


def _is_skipped(token: Token) -> bool:
    if token.known or token.gap.strip(MARKS):
        return False
    return (
        token.is_act
        or token.word[:1].isdigit()
        or token.word in EMPTY
        or bool(token.uses & (WordUse.GLUE | WordUse.OF | WordUse.OWN))
    )


def _spell_class(text: str, zone: TokenZone, inside: Sequence[Token]) -> str:
    """Write a class in lower case but for names and abbreviations."""
    return " ".join(_spell_word(text[t.start : t.full_end], t, zone) for t in inside)


def _spell_word(raw: str, token: Token, zone: TokenZone) -> str:
    is_short = raw.isupper() and len(raw) > 1
    is_name = token.known == "country" or (token.is_capital and not zone.is_titled)
    return raw if is_short or is_name or not token.is_common else raw.lower()
