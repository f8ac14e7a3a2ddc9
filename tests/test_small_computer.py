"""The files for a small computer at the house fit the program and the server's own front door."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.once
DEPLOY = Path(__file__).resolve().parent.parent / "deploy"


def said(file: str, what: str) -> str:
    return re.search(rf"^\s*{what} (\S+)", (DEPLOY / file).read_text(), re.MULTILINE)[1]


def test_both_front_doors_take_as_much_and_throw_the_same_away():
    assert said("Caddyfile.home", "max_size") == said("Caddyfile", "max_size")
    assert said("Caddyfile.home", "header_up") == said("Caddyfile", "header_up") == "-Forwarded"
    assert said("Caddyfile.home", "reverse_proxy") == "127.0.0.1:8000"


def test_the_unit_starts_the_run_command():
    unit = (DEPLOY / "clubhouse.service").read_text()
    assert "ExecStart=/usr/bin/python3 /opt/clubhouse/bootstrap.py run" in unit
    assert "KillMode=mixed" in unit and "Restart=on-failure" in unit


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd here")
def test_systemd_understands_the_unit(tmp_path):
    """But for the program, which lies elsewhere here."""
    unit = tmp_path / "clubhouse.service"
    unit.write_text((DEPLOY / "clubhouse.service").read_text().replace("/usr/bin/python3 /opt", "/bin/true /opt"))
    answer = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True)
    assert "clubhouse.service" not in answer.stderr, answer.stderr
