"""`python -m bench.gold FOLDER`: classifies FOLDER/dev.jsonl with `manage.py classify` and lets
FOLDER/score.py compare it with the labels: all entries, those on events of FOLDER/../history.csv
(whose names our lists know), and those on other events. Ends with 1 where a figure lies below its
bound or is not what the About page says.
"""

import csv
import json
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

SAID = Path("tracker/classify/measure/accuracy.toml")
CLOSE = 0.005  # of what the About page says
FIELDS = ("id", "title", "summary", "published")
BOUNDS = {  # part -> figure -> at least
    "all": {
        "relevance F1": 0.93,
        "kind accuracy end to end": 0.89,
        "macro-F1 of kinds": 0.87,
        "platforms F1": 0.90,
        "targets F1": 0.63,
        "day exact": 0.70,
        "grouping F1": 0.90,
        "pairs across languages F1": 0.60,
    },
    "known events": {"kind accuracy end to end": 0.90, "grouping F1": 0.90},
    "other events": {"kind accuracy end to end": 0.78, "targets F1": 0.46},
}


def main(folder: Path) -> int:
    gold = folder / "dev.jsonl"
    rows = [json.loads(line) for line in gold.read_text("utf-8").splitlines()]
    parts = _parts(rows, folder.parent / "history.csv")
    with tempfile.TemporaryDirectory() as place:
        predictions = Path(place) / "predictions.jsonl"
        predictions.write_bytes(_classify(rows))
        figures = {
            name: _figures(_score(folder, predictions, gold, ids)) for name, ids in parts.items()
        }
    low = 0
    for name, bounds in BOUNDS.items():
        if name not in figures:
            continue
        print(f"\n{name}, {len(parts[name])} entries")
        for figure, value in figures[name].items():
            bound = bounds.get(figure)
            told = "" if bound is None else f", at least {bound:.2f} is asked for"
            print(f"  {figure}: {value:.3f}{told}")
            low += bound is not None and value < bound
    said = tomllib.loads(SAID.read_text("utf-8"))["figures"]
    stale = {name for name, figure in said.items() if abs(figures["all"][name] - figure) > CLOSE}
    for name in sorted(stale):
        print(f"{name}: the About page says {said[name]}")
    return int(bool(stale or low))


def _parts(rows: list[dict[str, Any]], history: Path) -> dict[str, list[str]]:
    """Ids by part; other news stands in both halves, so that relevance means something there."""
    parts = {"all": [row["id"] for row in rows]}
    if history.exists():
        with history.open(encoding="utf-8", newline="") as file:
            known = {row["ref"] for row in csv.DictReader(file)}
        parts["known events"] = [r["id"] for r in rows if not r["kinds"] or r["event"] in known]
        parts["other events"] = [r["id"] for r in rows if r["event"] not in known]
    return parts


def _classify(rows: list[dict[str, Any]]) -> bytes:
    lines = (json.dumps({n: row[n] for n in FIELDS}, ensure_ascii=False) for row in rows)
    command = [sys.executable, "manage.py", "classify", "--lists-alone"]
    text = "\n".join(lines).encode()
    return subprocess.run(command, input=text, capture_output=True, check=True).stdout


def _score(folder: Path, predictions: Path, gold: Path, ids: list[str]) -> dict[str, Any]:
    chosen, scores = predictions.with_name("ids"), predictions.with_name("scores.json")
    chosen.write_text("\n".join(ids), "utf-8")
    command = [sys.executable, str(folder / "score.py"), str(predictions), str(gold)]
    subprocess.run(
        [*command, "--ids", str(chosen), "--json", str(scores)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    found: dict[str, Any] = json.loads(scores.read_text("utf-8"))
    return found


def _figures(scores: dict[str, Any]) -> dict[str, float]:
    recalls = {kind: row["recall"] for kind, row in scores["kinds"].items() if row["n"]}
    return {
        "relevance F1": scores["relevance"]["f1"],
        "kind accuracy end to end": scores["kind_accuracy_e2e"],
        "macro-F1 of kinds": scores["kind_macro_f1"],
        "lowest recall of a kind": min(recalls.values()),
        "platforms F1": scores["platforms"]["f1"],
        "targets F1": scores["targets"]["f1"],
        "day exact": scores["occurred"]["exact"],
        "grouping F1": scores["grouping"]["f1"],
        "pairs across languages F1": scores["grouping_cross_language_pairs"]["f1"],
    }


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
