"""classify() against its limits: finding the language, and language with one pass for all words."""

from bench import interleaved, tell
from tracker.classify import Text, classify
from tracker.classify.language import language_of
from tracker.classify.lexicon import lexicon

ENTRIES = [
    Text(
        "Twitter bans ads from RT and Sputnik",
        "The company said on Thursday that neither may buy advertising any more.",
    ),
    Text(
        "YouTube удалил канал Russia Today за нарушение правил",
        "Компания сообщила об этом во вторник.",
    ),
    Text(
        "Facebook suspende la cuenta de Donald Trump",
        "La red social anunció la medida el jueves por la noche.",
    ),
    Text("ツイッター社、トランプ氏のアカウントを凍結", "同社は8日、規約違反を理由に発表した。"),
    Text(
        "Heavy rain expected across the north",
        "Rivers may rise by half a metre before the weekend, the weather service says.",
    ),
] * 40


def main() -> None:
    words = lexicon()
    ways = {
        "classify": lambda: [classify(entry) for entry in ENTRIES],
        "language alone": lambda: [language_of(f"{e.title} {e.summary}") for e in ENTRIES],
        "language, then one pass for all words": lambda: [
            words.find(f"{e.title} {e.summary}", language_of(f"{e.title} {e.summary}"))
            for e in ENTRIES
        ],
    }
    tell(interleaved(ways), len(ENTRIES), "entries")


if __name__ == "__main__":
    main()
