"""`python -m bench.classify`: classify() on a mix as feeds bring it and on events alone, against
its limits: the first step, finding the language, and language with one pass for all words. Says too
how long loading takes, and the memory of the process.
"""

import resource
import time

from bench import interleaved, tell

START = time.perf_counter()

from tracker.classify import Text, classify, names_platform
from tracker.classify.letters.language import language_of
from tracker.classify.training.examples import read_examples
from tracker.classify.words.lexicon import lexicon

SIZE = 1_000
ORDINARY = [  # title, summary, the feed's own language, "" where it tells none
    ("Heavy rain expected across the north", "Rivers may rise before the weekend.", "en"),
    ("Le gouvernement présente son budget", "Les impôts ne bougeront pas cette année.", "fr"),
    ("Der Bahnverkehr ruht am Montag", "Die Gewerkschaft verhandelt am Dienstag wieder.", ""),
    ("В городе открыли новый мост", "Движение начнётся в пятницу.", "ru"),
    ("El equipo local gana en casa", "El partido terminó dos a uno.", "es"),
    ("台風が近畿に接近", "気象庁は警戒を呼びかけている。", ""),
    ("Parlamento aprova o orçamento", "A votação durou seis horas.", "pt"),
    ("الحكومة تعلن عن ميزانية جديدة", "تبدأ المناقشات يوم الأحد.", "ar"),
]


def mix() -> list[Text]:
    """Of a hundred texts two are events, eight others name a platform, the rest is other news."""
    given = read_examples()
    events = [one.text for one in given if one.kinds]
    others = [one.text for one in given if not one.kinds and names_platform(one.text)]
    texts = []
    for n in range(SIZE):
        if n % 50 == 0:
            texts.append(events[n * 7 % len(events)])
        elif n % 25 in {1, 2}:
            texts.append(others[n * 3 % len(others)])
        else:
            title, summary, language = ORDINARY[n % len(ORDINARY)]
            texts.append(Text(f"{title} {n}", summary, language=language))
    return texts


def main() -> None:
    classify(Text("Twitter bans ads"))
    print(f"loading: {time.perf_counter() - START:.2f} s")
    texts, words = mix(), lexicon()
    events = [one.text for one in read_examples() if one.kinds][::2][:SIZE]
    for name, given in (("feed-like mix", texts), ("events only", events)):
        print(f"\n{name}, {len(given)} entries")
        ways = {
            "classify": lambda given=given: [classify(entry) for entry in given],
            "the first step": lambda given=given: [names_platform(entry) for entry in given],
            "language alone": lambda given=given: [
                language_of(f"{e.title} {e.summary}") for e in given
            ],
            "language, then one pass for all words": lambda given=given: [
                words.find(f"{e.title} {e.summary}", language_of(f"{e.title} {e.summary}"))
                for e in given
            ],
        }
        tell(interleaved(ways), len(given), "entries")
    print(f"\nmemory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


if __name__ == "__main__":
    main()
