"""A new server's database is copied, not made, where one was kept; nothing depends on the copy."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from flows.new_database import keep, lay_down


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A folder whose server has just made its database and is at work on it."""
    home = tmp_path / "made"
    home.mkdir()
    with closing(sqlite3.connect(home / "prefect.db")) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE version AS SELECT 7 AS number")
        database.commit()
        yield home


def number_in(home: Path) -> int:
    with closing(sqlite3.connect(home / "prefect.db")) as database:
        return database.execute("SELECT number FROM version").fetchone()[0]


def test_what_one_server_made_the_next_is_given(made: Path, tmp_path: Path, cache: Path) -> None:
    assert lay_down(tmp_path / "first")
    keep(made)
    assert not lay_down(tmp_path / "second")
    assert len([file for file in cache.rglob("*") if file.is_file()]) == 1
    assert [file.name for file in (tmp_path / "second").iterdir()] == ["prefect.db"]
    assert number_in(tmp_path / "second") == 7


def test_a_database_that_is_there_is_left_alone_and_never_kept(made: Path, tmp_path: Path, cache: Path) -> None:
    keep(made)
    (tmp_path / "own").mkdir()
    with closing(sqlite3.connect(tmp_path / "own" / "prefect.db")) as database:
        database.execute("CREATE TABLE version AS SELECT 8 AS number")
        database.commit()
    assert not lay_down(tmp_path / "own")
    assert number_in(tmp_path / "own") == 8


@pytest.mark.parametrize("damage", [b"", b"no database", None])
def test_a_damaged_copy_is_not_given_and_is_replaced(
    made: Path, tmp_path: Path, cache: Path, damage: bytes | None
) -> None:
    keep(made)
    (kept,) = cache.rglob("*.db")
    kept.write_bytes(kept.read_bytes()[:5000] if damage is None else damage)
    assert lay_down(tmp_path / "first")
    assert list((tmp_path / "first").iterdir()) == []
    keep(made)
    assert not lay_down(tmp_path / "second")
    assert number_in(tmp_path / "second") == 7


def test_a_cache_that_cannot_be_written_is_no_error(made: Path, cache: Path) -> None:
    cache.write_text("a file where a folder should be")
    keep(made)
    assert lay_down(made.parent / "another")
