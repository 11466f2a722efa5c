"""The embedded form's own secret key, made once."""

import os
import secrets
from pathlib import Path


def embedded_secret(path: Path) -> str:
    """The key kept in `path`, made there (mode 0600) if there is none; two first starts agree on
    one.
    """
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50), encoding="ascii")
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()
