import pytest

from tracker.settings import embedded_secret, made_folder


def test_the_key_is_made_once_and_is_for_its_owner_only(tmp_path):
    path = tmp_path / "secret_key"
    key = embedded_secret(path)
    assert len(key) > 50
    assert embedded_secret(path) == key
    assert path.stat().st_mode & 0o077 == 0
    assert [p.name for p in tmp_path.iterdir()] == ["secret_key"]


@pytest.mark.parametrize("content", [b"", b"\n", b"cut-off", b"\xff" * 60], ids=repr)
def test_a_damaged_key_is_a_sentence_and_stays(tmp_path, content):
    """A key that was cut off by a full disk would sign links that anybody can make."""
    path = tmp_path / "secret_key"
    path.write_bytes(content)
    with pytest.raises(SystemExit, match="holds no secret key"):
        embedded_secret(path)
    assert path.read_bytes() == content


def test_a_place_that_is_no_folder_is_a_sentence(tmp_path):
    (tmp_path / "file").touch()
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(SystemExit, match="cannot be used as a folder"):
            made_folder(path)
    with pytest.raises(SystemExit, match="cannot be read or made"):
        embedded_secret(tmp_path / "nowhere" / "secret_key")
    with pytest.raises(SystemExit, match="cannot be read or made"):
        embedded_secret(tmp_path)
