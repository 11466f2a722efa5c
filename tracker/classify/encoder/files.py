"""Read and check the encoder's files.

`manifest.json` names the two others with size and SHA-256, where the base weights come from and
what they were tuned on. Word pieces do not change when the layers are tuned again.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tracker.classify.data_files import DATA

FOLDER = DATA / "encoder"
MANIFEST = "manifest.json"
PIECES, LAYERS = "pieces.npz", "layers.onnx"
FORMAT = 1  # of the two files, as run.py reads them
WITHOUT = "Classification goes on with the word model alone."


class EncoderError(Exception):
    """Files that cannot be used; the message says which and why."""


@dataclass(frozen=True)
class Manifest:
    """`version` names these weights; `files` is name -> (bytes, SHA-256)."""

    version: str
    files: dict[str, tuple[int, str]]


def read_manifest(folder: Path = FOLDER) -> Manifest:
    """Read the manifest. Raises EncoderError if it is missing, damaged, or of another format."""
    path = folder / MANIFEST
    try:
        content = json.loads(path.read_text("utf-8"))
        if content["format"] != FORMAT:
            raise EncoderError(f"{path} has format {content['format']}, not {FORMAT}")
        files = {
            name: (int(content["files"][name]["bytes"]), str(content["files"][name]["sha256"]))
            for name in (PIECES, LAYERS)
        }
        return Manifest(str(content["version"]), files)
    except FileNotFoundError:
        raise EncoderError(f"{path} is missing") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EncoderError(f"{path} is no manifest: {type(error).__name__}: {error}") from None


def check_sizes(folder: Path = FOLDER) -> Manifest:
    """Return the manifest if the files next to it have the sizes that it names. Raises
    EncoderError.
    """
    manifest = read_manifest(folder)
    # Sizes are checked at every start; the checksums of 55 MB only when a file is read.
    for name, (size, _) in manifest.files.items():
        path = folder / name
        if not path.is_file():
            raise EncoderError(f"{path} is missing")
        if path.stat().st_size != size:
            raise EncoderError(f"{path} has {path.stat().st_size} bytes, not {size}")
    return manifest


def read_file(folder: Path, name: str, manifest: Manifest) -> bytes:
    """Read one of the files. Raises EncoderError if its SHA-256 differs."""
    try:
        content = (folder / name).read_bytes()
    except OSError as error:
        raise EncoderError(f"{folder / name}: {error}") from None
    if hashlib.sha256(content).hexdigest() != manifest.files[name][1]:
        raise EncoderError(f"{folder / name} is not the file that {MANIFEST} names")
    return content


@cache
def usable_version() -> tuple[str, str]:
    """Return the version of the sentence model and "", or "" and why it cannot be used, in
    English; loads nothing.
    """
    try:
        return check_sizes().version, ""
    except EncoderError as error:
        return "", str(error)


def status() -> tuple[bool, str]:
    """Return whether the sentence model can be used, and a sentence saying so; loads nothing."""
    version, problem = usable_version()
    if problem:
        return False, f"The sentence model is not used: {problem}. {WITHOUT}"
    return True, f"The sentence model {version} is used beside the word model."
