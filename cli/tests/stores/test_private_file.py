"""The file that only its owner can read, and that is never found half written."""

from __future__ import annotations

import errno
import json
import os
import stat
from typing import TYPE_CHECKING, Any

import pytest

from tallystick import StorageError
from tallystick.stores.private_file import PrivateFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes and owners are POSIX's")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "acme" / "tokens.json"


@pytest.fixture(params=[0o000, 0o022, 0o077, 0o177, 0o777], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def put(path: Path, value: object = 1) -> None:
    PrivateFile(path).change(lambda content: content.update(value=value))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.row("L5", "DF25", "AS11")
@pytest.mark.usefixtures("umask")
def test_folder_and_file_are_private_under_any_umask(path: Path) -> None:
    put(path)
    modes = {found.name: mode(found) for found in (path.parents[1], path.parent, *path.parent.iterdir())}
    assert modes == {"new": 0o700, "acme": 0o700, "tokens.json": 0o600, ".tokens.json.lock": 0o600}


@pytest.mark.row("L5")
@pytest.mark.parametrize("bits", [0o040, 0o020, 0o004, 0o002])
def test_a_file_that_others_may_read_or_write_is_refused(path: Path, bits: int) -> None:
    put(path)
    path.chmod(0o600 | bits)
    with pytest.raises(StorageError, match="can be read by others") as caught:
        PrivateFile(path).read()
    assert "chmod 600" in caught.value.hint


@pytest.mark.row("L5")
def test_a_symbolic_link_is_neither_read_nor_written_through(path: Path) -> None:
    put(path)
    target = path.with_name("elsewhere")
    path.rename(target)
    path.symlink_to(target)
    before = target.read_bytes()
    with pytest.raises(StorageError, match="symbolic link"):
        PrivateFile(path).read()
    with pytest.raises(StorageError, match="symbolic link"):
        put(path, 2)
    assert target.read_bytes() == before


@pytest.mark.row("L5")
def test_what_is_laid_in_the_new_files_way_is_not_written_through(path: Path, tmp_path: Path) -> None:
    put(path)
    bystander = tmp_path / "bystander"
    bystander.write_text("mine")
    path.with_name(".tokens.json.new").symlink_to(bystander)
    put(path, 2)
    assert PrivateFile(path).read()["value"] == 2
    assert bystander.read_text() == "mine"


@pytest.mark.row("L5")
def test_what_is_laid_there_at_the_last_moment_is_not_written_through_either(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(path)
    bystander = tmp_path / "bystander"
    bystander.write_text("mine")
    fresh = path.with_name(".tokens.json.new")
    for plant in (fresh.hardlink_to, fresh.symlink_to):
        fresh.unlink(missing_ok=True)
        plant(bystander)
        monkeypatch.setattr(type(path), "unlink", lambda *_, **__: None)
        with pytest.raises(StorageError, match="could not be written"):
            put(path, 2)
        monkeypatch.undo()
        assert bystander.read_text() == "mine"


@pytest.mark.row("L5")
def test_another_users_file_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(path)
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    with pytest.raises(StorageError, match="belongs to another user"):
        PrivateFile(path).read()


@pytest.mark.row("L5")
def test_a_folder_where_others_may_write_is_refused(path: Path) -> None:
    put(path)
    path.parent.chmod(0o770)
    with pytest.raises(StorageError, match="can be changed by others"):
        put(path, 2)


@pytest.mark.row("L5")
def test_a_pipe_in_the_files_place_is_refused_and_does_not_hang(path: Path) -> None:
    path.parent.mkdir(parents=True)
    os.mkfifo(path, 0o600)
    with pytest.raises(StorageError, match="not a plain file"):
        PrivateFile(path).read()


@pytest.mark.row("L5")
@pytest.mark.parametrize("content", ["", "{", "[]", '{"version": 99}', "\x00\xff", "[" * 5000])
def test_a_damaged_file_is_named_and_left_as_it_is(path: Path, content: str) -> None:
    put(path)
    path.write_text(content)
    with pytest.raises(StorageError, match=r"damaged|not written by this version") as caught:
        put(path, 2)
    assert "log in again" in caught.value.hint
    assert path.read_text() == content


@pytest.mark.row("L5")
@pytest.mark.parametrize("call", ["fsync", "fchmod", "replace", "open"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EDQUOT])
def test_a_disk_that_fails_at_any_step_leaves_the_old_content(
    path: Path, monkeypatch: pytest.MonkeyPatch, call: str, code: int
) -> None:
    put(path)
    real_open = os.open

    def fail(*arguments: Any, **_: Any) -> int:  # noqa: ANN401  whatever the call takes
        if call == "open" and not str(arguments[0]).endswith(".new"):
            return real_open(*arguments)
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(StorageError, match="could not be written"):
        put(path, 2)
    monkeypatch.undo()
    assert PrivateFile(path).read()["value"] == 1
    assert not path.with_name(".tokens.json.new").exists()
    put(path, 3)
    assert json.loads(path.read_text())["value"] == 3


@pytest.mark.row("L5")
def test_a_change_that_raises_changes_nothing(path: Path) -> None:
    put(path)

    def broken(content: dict[str, Any]) -> None:
        content["value"] = 2
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        PrivateFile(path).change(broken)
    assert PrivateFile(path).read()["value"] == 1
    put(path, 3)
