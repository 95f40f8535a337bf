"""The keys that a server keeps in its folder, or is given."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from netloom.api.serve import keys
from netloom.api.visitors import kept_key
from netloom.errors import StorageUnusable
from netloom.settings import Settings, read_settings


def test_servers_that_start_at_once_on_one_folder_have_the_same_key(tmp_path: Path) -> None:
    for number in range(20):
        with ThreadPoolExecutor(8) as servers:
            made = set(servers.map(kept_key, [tmp_path / f"key {number}"] * 8))
        assert len(made) == 1
        assert len(made.pop()) >= 43


def test_a_key_is_readable_by_its_user_alone_and_the_same_the_next_time(tmp_path: Path) -> None:
    made = kept_key(tmp_path / "deep" / "key")

    assert kept_key(tmp_path / "deep" / "key") == made
    assert (tmp_path / "deep" / "key").stat().st_mode & 0o777 == 0o600


def test_an_empty_key_is_never_used(tmp_path: Path) -> None:
    (tmp_path / "key").touch()

    assert kept_key(tmp_path / "key")


def test_servers_on_several_machines_are_given_their_key(tmp_path: Path) -> None:
    settings = read_settings({"NETLOOM_DATA": str(tmp_path), "NETLOOM_COOKIE_KEY": "shared"}, "127.0.0.1", 80)

    assert keys(settings) == ("shared", None)
    assert not (tmp_path / "cookie.key").exists()


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StorageUnusable, match="file/data cannot be used: Not a directory"):
        keys(Settings(data=tmp_path / "file" / "data"))
