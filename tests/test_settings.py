from tracker.settings import embedded_secret


def test_the_key_is_made_once_and_is_for_its_owner_only(tmp_path):
    path = tmp_path / "secret_key"
    key = embedded_secret(path)
    assert len(key) > 50
    assert embedded_secret(path) == key
    assert path.stat().st_mode & 0o077 == 0
    assert [p.name for p in tmp_path.iterdir()] == ["secret_key"]
