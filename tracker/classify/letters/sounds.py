"""Map letters of every script to the sounds that they stand for."""

# Letters by the sound that they stand for, coarsely; what is missing is a vowel or silent.
# Coarse on purpose: a script without p writes b, one without v writes w or b.
SOUNDS = {
    "b": "بپفڤבפףबभपफवбпфвbpfvハヒフヘホバビブベボパピプペポヴ",
    "t": "تطטתतथटठтtタテト",
    "d": "دضדदधडढдdダデドヂヅ",
    "k": "كقغجگקכךגकखगघкгхkgqカキクケコガギグゲゴ",
    "s": "سصثزذظסשזसзсszサスセソザズゼゾ",
    "c": "شچژץचछजझशषшчщжシチジ",
    "m": "مמםमмmマミムメモ",
    "n": "نנןनणंнnナニヌネノン",
    "r": "رلרלरलрлrlラリルレロ",
    "ts": "ツцצ",
    "h": "هح",
}
CODES = {letter: sound for sound, letters in SOUNDS.items() for letter in letters}
# The first and the last consonants of Korean syllables, in the order of Unicode.
INITIALS = "kkndtrmbbss-cccktb-"
FINALS = "-kkknnntrkmbrrbrmbbssnttktbt"


def skeleton(word: str) -> str:
    """Return the consonants of a folded word, coarsely; doubled ones once."""
    sounds: list[str] = []
    for letter in word.replace("צ'", "ץ"):
        sounds += _sounds(letter)
    return "".join(s for i, s in enumerate(sounds) if s and (not i or s != sounds[i - 1]))


def _sounds(letter: str) -> list[str]:
    if "가" <= letter <= "힣":
        place = ord(letter) - ord("가")
        pair = [INITIALS[place // 588], "", FINALS[place % 28]]
        return [sound.strip("-") for sound in pair]
    return list(CODES.get(letter, "")) or [""]
