"""Write sets of ids to a file, for the next process that starts."""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pyroaring import BitMap

from tracker.index.sets import Sets

HEAD_LIMIT = 100_000_000  # bytes


def write_sets(path: Path, sets: Sets, about: dict[str, Any]) -> int:
    """Write sets and their metadata to a file; return its size in bytes. The file gets its name
    once complete. Values are texts or numbers.
    """
    fields: dict[str, list[tuple[Any, int]]] = {}
    part = path.with_name(f".{path.name}.{os.getpid()}")
    body = bytearray()
    for field, by_value in sets.fields.items():
        fields[field] = []
        for value, ids in by_value.items():
            packed = ids.serialize()
            fields[field].append((value, len(packed)))
            body += packed
    head = json.dumps({"about": about, "fields": fields, "digest": _digest(body)}).encode()
    try:
        with part.open("wb") as file:
            file.write(len(head).to_bytes(8, "big") + _digest(head).encode() + head)
            file.write(body)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path.stat().st_size


def read_sets(path: Path) -> tuple[Sets, dict[str, Any]] | None:
    """Return the sets of a file and their metadata; None if it is missing or damaged."""
    try:
        data = path.read_bytes()
        size = int.from_bytes(data[:8], "big")
        if size > HEAD_LIMIT:
            return None
        start = 8 + len(_digest(b""))
        head, body = data[start : start + size], memoryview(data)[start + size :]
        if _digest(head).encode() != data[8:start]:
            return None
        metadata = json.loads(head)
        if _digest(body) != metadata["digest"]:
            return None
        return Sets(dict(_fields(metadata["fields"], body))), metadata["about"]
    except OSError:
        return None


def _fields(
    fields: dict[str, list[tuple[Any, int]]], body: memoryview
) -> Iterator[tuple[str, dict[Any, BitMap]]]:
    at = 0
    for field, sizes in fields.items():
        by_value = {}
        for value, size in sizes:
            by_value[value] = BitMap.deserialize(bytes(body[at : at + size]))
            at += size
        yield field, by_value


def _digest(data: bytes | bytearray | memoryview) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()
