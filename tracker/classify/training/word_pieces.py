"""The word pieces that are shipped: those of the twenty languages' scripts.

The base model knows 250,000 in a hundred languages; 145,000 suffice for twenty: all of the scripts
that few languages share, and of the Latin ones those that our texts use. What is left out is
spelled with shorter pieces.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from tracker.classify.training.base_weights import Base

COUNT = 145_000
USED = 2  # times in the texts before use counts more than the base model's own order
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
# fmt: off
SCRIPTS = {
    "LATIN", "CYRILLIC", "ARABIC", "HEBREW", "DEVANAGARI", "CJK", "HIRAGANA", "KATAKANA", "HANGUL",
}
# fmt: on
PLACES = 128  # of a text's pieces that have a vector of their own


# With 120,000 pieces Russian, Ukrainian and Hebrew lost one in ten (docs/accuracy.md).
def choose_pieces(base: Base, texts: Iterable[str], count: int = COUNT) -> list[int]:
    """Return ids of the base model's pieces: the four special ones, then `count` others by id."""
    tokenizer = _tokenizer(base, range(len(base.pieces)))
    uses: Counter[int] = Counter()
    for text in texts:
        uses.update(tokenizer.encode(unicodedata.normalize("NFKC", text)))
    ranked = sorted(
        (not scripts - {"LATIN"}, -min(uses[i], USED), i)
        for i, piece in enumerate(base.pieces)
        if i >= len(SPECIAL) and piece != "<mask>" and (scripts := _scripts(piece)) <= SCRIPTS
    )
    return [*range(len(SPECIAL)), *sorted(i for *_, i in ranked[:count])]


def write_pieces(base: Base, ids: list[int], path: Path) -> None:
    """Write the tokenizer and the packed vectors of the pieces, as run.Encoder reads them."""
    codes, scales = base.packed("emb.word", _rows(base), base.width)
    places = base.floats("emb.pos", 512, base.width)[:PLACES]
    places = places + base.floats("emb.type", 2, base.width)[0]
    np.savez(
        path,
        codes=codes[ids],
        scales=scales[ids],
        places=places.astype("float16"),
        tokenizer=np.frombuffer(_model_of(base, ids), np.uint8),
    )


def _rows(base: Base) -> int:
    _, size = base.places["emb.word"]
    return size // (base.width // 32 * 18)


def _scripts(piece: str) -> set[str]:
    letters = (unicodedata.name(char, "") for char in piece if char.isalpha())
    return {name.split(" ")[0].split("-")[0] for name in letters}


def _tokenizer(base: Base, ids: Iterable[int]) -> Any:
    from sentencepiece import SentencePieceProcessor  # noqa: PLC0415 - only here and in run.py

    return SentencePieceProcessor(model_proto=_model_of(base, ids))


def _model_of(base: Base, ids: Iterable[int]) -> bytes:
    """Return a unigram model of sentencepiece; texts are normalised before (NFKC)."""
    from sentencepiece import sentencepiece_model_pb2  # noqa: PLC0415 - needs protobuf

    messages: Any = sentencepiece_model_pb2  # its classes are made when it is imported
    model = messages.ModelProto()
    unigram, normal, unknown, control = 1, 1, 2, 3
    for i in ids:
        piece = model.pieces.add()
        piece.piece, piece.score = base.pieces[i], float(base.scores[i])
        piece.type = {"<unk>": unknown}.get(base.pieces[i], control)
        if i >= len(SPECIAL) and base.pieces[i] != "<mask>":
            piece.type = normal
    trainer, normalizer = model.trainer_spec, model.normalizer_spec
    trainer.model_type = unigram
    trainer.bos_id, trainer.pad_id, trainer.eos_id, trainer.unk_id = range(4)
    trainer.bos_piece, trainer.pad_piece, trainer.eos_piece, trainer.unk_piece = SPECIAL
    normalizer.name = "identity"
    normalizer.add_dummy_prefix = normalizer.remove_extra_whitespaces = True
    normalizer.escape_whitespaces = True
    return bytes(model.SerializeToString())
