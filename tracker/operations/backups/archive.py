"""Read and write backup files: a ZIP of one database or dump, and a manifest to check before
reading it.
"""

import hashlib
import json
import lzma
import re
import shutil
import zipfile
import zlib
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

FORMAT = 1
MANIFEST = "manifest.json"
MANIFEST_LIMIT = 1_000_000  # bytes
CHUNK = 1 << 20  # bytes
SIZES = range(1 << 63)  # bytes
SCHEMA = re.compile(r"[\w -]*")  # of PostgreSQL
# Errors that zipfile raises for damaged files.
DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, ValueError, KeyError, RuntimeError)


class BackupError(Exception):
    """A backup that cannot be made or read; the message says why. The database is unchanged."""


@dataclass(frozen=True)
class BackupManifest:
    """The description of a backup: the version that wrote it, its database engine, the applied
    migrations by app, PostgreSQL's schema, and the data's name in the archive, size in bytes and
    SHA-256.
    """

    tracker: str
    engine: str
    engine_version: str
    made_at: str
    migrations: dict[str, list[str]]
    data: str
    size: int = 0
    sha256: str = ""
    schema: str = ""
    format: int = field(default=FORMAT)


def pack(path: Path, data: Path, manifest: BackupManifest) -> None:
    """Write the archive; `size` and `sha256` of the manifest are filled in."""
    digest, size = hashlib.sha256(), 0
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        # ZIP64, since the size may exceed 4 GB and is not known in advance.
        with data.open("rb") as source, archive.open(manifest.data, "w", force_zip64=True) as out:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
                out.write(chunk)
        values = asdict(manifest) | {"size": size, "sha256": digest.hexdigest()}
        archive.writestr(MANIFEST, json.dumps(values, indent=1))


def manifest_of(path: Path) -> BackupManifest:
    """Return the manifest of a backup. Raises BackupError if the file is not a backup, is
    truncated, or has the format of a later version.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            info = archive.getinfo(MANIFEST)
            # Checked before reading: the file may come from anywhere.
            if info.file_size > MANIFEST_LIMIT:
                raise BackupError(f"{path} is not a backup: its {MANIFEST} is too long")
            values = json.loads(archive.read(info))
        if values.get("format") != FORMAT:
            raise BackupError(
                f"{path} was written by a later version ({values.get('tracker')}); restore it there"
            )
        return _checked(BackupManifest(**values))
    except (OSError, EOFError) as error:
        raise BackupError(f"{path}: {error}") from None
    except (*DAMAGE, TypeError, AttributeError) as error:
        raise BackupError(f"{path} is not a complete backup: {error}") from None


def _checked(manifest: BackupManifest) -> BackupManifest:
    """Return the manifest if its values have the right types. Raises TypeError."""
    texts = [v for k, v in asdict(manifest).items() if k not in {"migrations", "size", "format"}]
    names = [name for app, names in manifest.migrations.items() for name in (app, *names)]
    is_readable = (
        all(isinstance(text, str) for text in [*texts, *names])
        and all(isinstance(names, list) for names in manifest.migrations.values())
        and type(manifest.size) is int
        and manifest.size in SIZES
        # It becomes part of a script for psql.
        and SCHEMA.fullmatch(manifest.schema) is not None
    )
    if not is_readable:
        raise TypeError("its manifest cannot be read")
    return manifest


def unpack(path: Path, manifest: BackupManifest, into: Path) -> None:
    """Write the data of a backup to a new file. Raises BackupError, and leaves no file, if size or
    checksum do not match.
    """
    try:
        with zipfile.ZipFile(path) as archive, archive.open(manifest.data) as source:
            digest, size = _copy(source, into, manifest.size)
    except (OSError, EOFError) as error:
        into.unlink(missing_ok=True)
        raise BackupError(f"{path}: {error}") from None
    except DAMAGE as error:
        into.unlink(missing_ok=True)
        raise BackupError(f"{path} is damaged: {error}") from None
    if (size, digest) != (manifest.size, manifest.sha256):
        into.unlink(missing_ok=True)
        raise BackupError(f"{path} is damaged: its checksum is not that of what was written")


def _copy(source: IO[bytes], into: Path, limit: int) -> tuple[str, int]:
    """Copy at most `limit` bytes and a chunk, since free space was checked by the
    manifest's size.
    """
    digest, size = hashlib.sha256(), 0
    with into.open("wb") as out:
        while size <= limit and (chunk := source.read(CHUNK)):
            digest.update(chunk)
            size += len(chunk)
            out.write(chunk)
    return digest.hexdigest(), size


def check_room(folder: Path, needed: int) -> None:
    """Raise BackupError unless `needed` bytes are free."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise BackupError(f"{folder} has {free:,} bytes free; restoring needs {needed:,}")
