"""The package on every Python that it is made for, as far as this machine has them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

CLI = Path(__file__).parents[1]
PACKAGES = [str(CLI / "src"), *(path for path in sys.path if path.endswith("site-packages"))]
WHERE_OTHERS_LIE = ("~/.pyenv/versions/{0}.*/bin/python", "~/.local/share/uv/python/cpython-{0}.*/bin/python")
PROGRAM = """
import sys
from tallystick import DeviceLogin, Store
from tallystick.testing import FakeIssuer, FakeMachine
issuer, machine = FakeIssuer(), FakeMachine()
issuer.polls = ["pending", "reset", "approved"]
store = Store.in_files(sys.argv[1])
auth = DeviceLogin(issuer.url, client_id="acme-cli", store=store, transport=issuer, system=machine.system)
token = auth.login().token()
machine.now += 1000
assert auth.session().token() != token
try:
    auth.click_group()(["whoami"])
except SystemExit as ended:
    assert not ended.code
assert auth.logout().revoked
"""


def supported() -> list[str]:
    project = tomllib.loads((CLI / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return re.findall(r"Python :: (3\.\d+)", " ".join(project["classifiers"]))


def interpreters() -> dict[str, str]:
    """Return a program for each version: this very one, one on the PATH, one that pyenv or uv has installed."""
    own = f"3.{sys.version_info.minor}"
    found = {own: sys.executable}
    for version in supported():
        places = [place.format(version) for place in WHERE_OTHERS_LIE]
        installed = [str(path) for place in places for path in Path.home().glob(place.removeprefix("~/"))]
        candidates = [path for path in (shutil.which(f"python{version}"), *installed) if path and runs(path, version)]
        if version not in found and candidates:
            found[version] = candidates[0]
    return found


def runs(path: str, version: str) -> bool:
    says = "import sys; print('%d.%d' % sys.version_info[:2])"
    done = subprocess.run([path, "-c", says], capture_output=True, text=True, check=False)
    return done.stdout.strip() == version


@pytest.mark.row("L8")
def test_a_login_works_on_every_python_that_is_here(tmp_path: Path) -> None:
    assert supported() == ["3.11", "3.12", "3.13", "3.14"]
    for version, path in interpreters().items():
        # All that is needed is written in Python, so that the packages of one version do for another.
        environ = {**os.environ, "PYTHONPATH": os.pathsep.join(PACKAGES), "PYTHONDONTWRITEBYTECODE": "1"}
        command = [path, "-W", "error", "-c", PROGRAM, str(tmp_path / version)]
        done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=False)
        assert (done.returncode, done.stdout) == (0, "ada@example.com (Ada Lovelace)\n"), version + done.stderr
