"""From one command to a house, and back: keeping the key, closing what was opened. Installing: test_installing.py."""

import gzip
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

import bootstrap
from tests import machine

pytestmark = pytest.mark.once

ROOT = bootstrap.ROOT
BOOTSTRAP = [sys.executable, str(ROOT / "bootstrap.py")]
SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def house(folder: Path, **settings: str) -> dict[str, str]:
    """The environment of a house of its own, and nothing of the tests'."""
    names = ("PATH", "HOME", "LANG")
    return {name: os.environ[name] for name in names if name in os.environ} | {"DATA_DIR": str(folder), **settings}


# -- The house's own folder --------------------------------------------------------------------------------------------


def test_the_key_is_made_once_and_for_its_owner_only(monkeypatch, tmp_path):
    monkeypatch.delenv("SECRET_KEY")
    bootstrap.ensure_secret_key(tmp_path / "data")
    path = tmp_path / "data" / "secret-key"
    key = path.read_text()
    assert len(key.strip()) >= 50
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    bootstrap.ensure_secret_key(tmp_path / "data")
    assert path.read_text() == key
    assert [entry.name for entry in path.parent.iterdir()] == ["secret-key"]


def test_the_key_to_the_backups_is_made_once_and_said_once(monkeypatch, tmp_path, capsys):
    monkeypatch.delenv("BACKUP_KEY", raising=False)
    bootstrap.ensure_backup_key(tmp_path / "data")
    path = tmp_path / "data" / "backup-key"
    key = path.read_text()
    assert len(key.strip()) >= 48
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert str(path) in (said := capsys.readouterr().out) and key.strip() not in said
    bootstrap.ensure_backup_key(tmp_path / "data")
    assert (path.read_text(), capsys.readouterr().out) == (key, "")
    monkeypatch.setenv("BACKUP_KEY", "given")
    bootstrap.ensure_backup_key(tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_a_key_that_was_given_is_not_written_down(monkeypatch, tmp_path):
    monkeypatch.setenv("SECRET_KEY", "given")
    bootstrap.ensure_secret_key(tmp_path / "data")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(("said", "remembered", "demo"), [("", "1", True), ("", "0", False), ("1", "0", True)])
def test_a_house_stays_what_it_was(monkeypatch, tmp_path, said, remembered, demo):
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.delenv("DEMO", raising=False)
    if said:
        monkeypatch.setenv("DEMO", said)
    (tmp_path / "demo").write_text(remembered)
    assert bootstrap.is_demo({"DEMO": "1"} | bootstrap.environment()) is demo


@pytest.mark.parametrize(("free", "kept"), [(bootstrap.ROOM, True), (bootstrap.ROOM - 1, False)])
def test_nothing_is_kept_compiled_on_a_disk_that_is_nearly_full(monkeypatch, tmp_path, free, kept):
    """Half of a compiled file would keep the house from starting also when there is room again."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    monkeypatch.setattr(bootstrap.shutil, "disk_usage", lambda place: SimpleNamespace(free=free))
    assert ("PYTHONDONTWRITEBYTECODE" not in bootstrap.environment()) == kept


def test_what_runs_for_months_keeps_nothing_compiled(tmp_path):
    children, told = bootstrap.Children(), tmp_path / "told"
    code = f"import sys; open({str(told)!r}, 'w').write(str(sys.dont_write_bytecode))"
    children.start("worker", [sys.executable, "-c", code], {"PATH": os.environ["PATH"]})
    children.running["worker"].wait()
    assert told.read_text() == "True"


def test_manage_needs_to_know_nothing(tmp_path):
    command = [
        *BOOTSTRAP,
        "manage",
        "shell",
        "--verbosity",
        "0",
        "-c",
        "from django.conf import settings as s; print(s.DATA_DIR, s.DEMO)",
    ]
    answer = subprocess.run(command, env=house(tmp_path), capture_output=True, text=True)
    assert (answer.returncode, answer.stdout) == (0, f"{tmp_path} False\n"), answer.stderr


# -- Running -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_a_port_in_use_is_a_sentence(tmp_path, address):
    with socket.create_server((address, 0), family=socket.AF_INET6 if ":" in address else socket.AF_INET) as server:
        port = server.getsockname()[1]
        answer = subprocess.run(
            [*BOOTSTRAP, "run"], env=house(tmp_path, PORT=str(port)), capture_output=True, text=True
        )
    assert answer.returncode == 1
    assert answer.stderr == f"Port {port} is taken by another program. Choose another: PORT={port + 1}.\n"
    assert list(tmp_path.iterdir()) == []


def test_a_port_that_is_none_is_a_sentence(tmp_path):
    answer = subprocess.run([*BOOTSTRAP, "run"], env=house(tmp_path, PORT="web"), capture_output=True, text=True)
    assert (answer.returncode, answer.stderr) == (1, "PORT=web is not a port. Use a number from 1024 to 65535.\n")


def test_when_one_child_ends_the_house_says_so(monkeypatch):
    monkeypatch.setattr(bootstrap, "answers", lambda port, env: True)
    children = bootstrap.Children()
    children.start("web server", SLEEPER, dict(os.environ))
    children.start("worker", [sys.executable, "-c", "raise SystemExit(3)"], dict(os.environ))
    with pytest.raises(bootstrap.Stop, match=r"The worker ended by itself \(exit 3\), so the house is closed."):
        bootstrap.supervise(children, 1, {}, "Ready")
    children.stop()
    assert children.running["web server"].returncode == -signal.SIGTERM


def test_who_does_not_listen_is_ended_with_all_of_its_own(monkeypatch):
    monkeypatch.setattr(bootstrap, "STOP_WITHIN", 0.3)
    children = bootstrap.Children()
    code = f"import subprocess, sys; child = subprocess.Popen([sys.executable, '-c', {STUBBORN!r}]); print(child.pid); "
    code += STUBBORN
    read, write = os.pipe()
    with os.fdopen(read) as output:
        real = subprocess.Popen
        monkeypatch.setattr(bootstrap.subprocess, "Popen", lambda *a, **k: real(*a, **k, stdout=write))
        children.start("worker", [sys.executable, "-u", "-c", code], dict(os.environ))
        lines = sorted(output.readline().strip() for _ in range(3))
        os.close(write)
    grandchild = int(lines[0])
    assert lines[1:] == ["up", "up"]
    assert is_alive(grandchild)
    children.stop()
    assert children.running["worker"].returncode == -signal.SIGKILL
    assert wait_until(lambda: not is_alive(grandchild), 2)


def wait_until(is_so, seconds: float) -> bool:
    latest = time.monotonic() + seconds
    while time.monotonic() < latest:
        if is_so():
            return True
        time.sleep(0.1)
    return False


def programs_of(folder: Path) -> list[str]:
    """The command lines of living programs that belong to the house in `folder`."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if f"DATA_DIR={folder}".encode() in (path / "environ").read_bytes().split(b"\0") and is_alive(
                int(path.name)
            ):
                found.append((path / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize(
    "word",
    [pytest.param(signal.SIGINT, id="ctrl-c"), pytest.param(signal.SIGKILL, id="killed", marks=pytest.mark.slow)],
)
def test_a_house_opens_and_closes(tmp_path, word):
    """One command, /healthz answers under both names, a worker is at work; then nothing of it is left."""
    port = machine.free_port()
    env = house(tmp_path, PORT=str(port), DEMO="0")
    log = tmp_path / "log"
    with open(log, "wb") as output:
        running = subprocess.Popen([*BOOTSTRAP, "run"], env=env, stdout=output, stderr=output, start_new_session=True)
    try:
        assert wait_until(lambda: b"Ready: " in log.read_bytes() or running.poll() is not None, 60), log.read_text()
        assert running.poll() is None, log.read_text()
        for host in ("localhost", "127.0.0.1"):
            url = f"http://{host}:{port}/healthz"
            with bootstrap.urllib.request.urlopen(url, timeout=5) as answer:
                assert (answer.status, json.load(answer)["oldest_due_s"]) == (200, 0)
        kinds = {kind for kind in ("gunicorn", "celery") for line in programs_of(tmp_path) if f"-m {kind}" in line}
        assert kinds == {"gunicorn", "celery"}
        running.send_signal(word)
        assert wait_until(lambda: running.poll() is not None, 20), log.read_text()
    finally:
        if running.poll() is None:
            running.kill()
        running.wait()
    assert running.returncode == (0 if word == signal.SIGINT else -signal.SIGKILL)
    assert wait_until(lambda: programs_of(tmp_path) == [], 15), programs_of(tmp_path)
    assert "Traceback" not in log.read_text()


# -- Updating ----------------------------------------------------------------------------------------------------------


def updated(folder: Path, **settings: str) -> subprocess.CompletedProcess:
    env = house(folder, PORT=str(machine.free_port()), DEMO="0", **settings)
    return subprocess.run([*BOOTSTRAP, "update"], env=env, capture_output=True, text=True)


@pytest.mark.parametrize("command", [["update"], ["manage", "backup"], ["manage", "check_house"]])
def test_a_folder_without_a_house_is_said_to_be_one(tmp_path, command):
    done = subprocess.run([*BOOTSTRAP, *command], env=house(tmp_path, DEMO="0"), capture_output=True, text=True)
    told = f"There is no house in {tmp_path}. Say where it is, as you do at the start: DATA_DIR=... "
    assert (done.returncode, told in done.stderr + done.stdout) == (1, True), done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(bootstrap.Stop, match=r"file cannot be used \(.*\). Make it, and make it yours"):
        bootstrap.write_key(tmp_path / "file" / "secret-key", "key")


def test_what_a_house_writes_is_for_its_own_account(monkeypatch, tmp_path):
    (tmp_path / "clubhouse.sqlite3").touch(0o644)
    before = os.umask(0o022)
    try:
        bootstrap.keep_to_owner(tmp_path)
        (tmp_path / "later").touch()
    finally:
        os.umask(before)
    assert {file.stat().st_mode & 0o077 for file in tmp_path.iterdir()} == {0}


def test_it_says_the_address_that_the_house_has(monkeypatch):
    monkeypatch.delenv("ALLOWED_HOSTS", raising=False)
    assert bootstrap.address(8001) == "http://localhost:8001"
    monkeypatch.setenv("ALLOWED_HOSTS", "clubhouse.local, other.example.org")
    assert bootstrap.address(8001) == "https://clubhouse.local"


def test_one_command_updates_a_house_of_before(tmp_path):
    kept = ROOT / "tests" / "dumps" / "0.5.sqlite3.gz"
    (tmp_path / "clubhouse.sqlite3").write_bytes(gzip.decompress(kept.read_bytes()))
    before = (tmp_path / "clubhouse.sqlite3").read_bytes()
    (tmp_path / "no-folder").touch()
    refused = updated(tmp_path, BACKUP_FOLDER=str(tmp_path / "no-folder"))
    assert refused.returncode == 1
    assert "Not updated, because there is no fresh backup, and nothing was changed." in refused.stderr
    assert "The house was not updated; the lines above say why." in refused.stderr
    assert (tmp_path / "clubhouse.sqlite3").read_bytes()[100:] == before[100:]  # but for how its journal is kept

    done = updated(tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Updating the house from version 0.5 to" in done.stdout
    assert "python3 bootstrap.py manage restore" in done.stdout
    assert len(list((tmp_path / "backups").glob("*.age"))) == 1
    assert (tmp_path / "static" / "staticfiles.json").exists()
    assert updated(tmp_path).stdout.startswith("Nothing to do: the house is up to date")
