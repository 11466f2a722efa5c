"""`python -m bench.gold FOLDER`: classifies FOLDER/dev.jsonl with `manage.py classify`, lets
FOLDER/score.py judge it, and ends with 1 where a figure lies below its bound or is
not what the About page says.
"""

import json
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

SAID = Path("tracker/classify/accuracy.toml")
CLOSE = 0.005  # of what the About page says
FIELDS = ("id", "title", "summary", "published")
BOUNDS = {
    "relevance F1": 0.92,
    "kind accuracy end to end": 0.82,
    "macro-F1 of kinds": 0.75,
    "platforms F1": 0.90,
    "targets F1": 0.60,
    "day exact": 0.70,
    "grouping F1": 0.85,
    "grouping F1 of dated": 0.92,
    "pairs across languages F1": 0.60,
}


def main(folder: Path) -> int:
    gold = folder / "dev.jsonl"
    rows = [json.loads(line) for line in gold.read_text("utf-8").splitlines()]
    text = "\n".join(
        json.dumps({name: row[name] for name in FIELDS}, ensure_ascii=False) for row in rows
    )
    with tempfile.TemporaryDirectory() as place:
        told, judged = Path(place) / "told.jsonl", Path(place) / "judged.json"
        command = [sys.executable, "manage.py", "classify"]
        done = subprocess.run(command, input=text.encode(), capture_output=True, check=True)
        told.write_bytes(done.stdout)
        score = [sys.executable, str(folder / "score.py"), str(told), str(gold)]
        subprocess.run([*score, "--json", str(judged)], check=True)
        figures = json.loads(judged.read_text("utf-8"))
        dated = Path(place) / "dated"
        dated.write_text("\n".join(row["id"] for row in rows if row["published"]), "utf-8")
        quiet = [*score, "--json", str(judged), "--ids", str(dated)]
        subprocess.run(quiet, check=True, stdout=subprocess.DEVNULL)
        of_dated = json.loads(judged.read_text("utf-8"))
    got = {
        "relevance F1": figures["relevance"]["f1"],
        "kind accuracy end to end": figures["kind_accuracy_e2e"],
        "macro-F1 of kinds": figures["kind_macro_f1"],
        "platforms F1": figures["platforms"]["f1"],
        "targets F1": figures["targets"]["f1"],
        "day exact": figures["occurred"]["exact"],
        "grouping F1": figures["grouping"]["f1"],
        "grouping F1 of dated": of_dated["grouping"]["f1"],
        "pairs across languages F1": figures["grouping_cross_language_pairs"]["f1"],
    }
    for name, bound in BOUNDS.items():
        print(f"{name}: {got[name]:.3f}, at least {bound:.2f} is asked for")
    said = tomllib.loads(SAID.read_text("utf-8"))["figures"]
    stale = {name for name, figure in said.items() if abs(got[name] - figure) > CLOSE}
    for name in sorted(stale):
        print(f"{name}: the About page says {said[name]}")
    return int(bool(stale) or any(got[name] < bound for name, bound in BOUNDS.items()))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
