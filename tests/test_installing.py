"""Installing once, only what is locked, and again when the lock, Python or the place changed."""

import ast
import json
import re
import subprocess
import sys

import pytest

import bootstrap

pytestmark = pytest.mark.once

ROOT = bootstrap.ROOT


@pytest.fixture
def venv(monkeypatch, tmp_path):
    """A folder of packages where nothing is really installed; `calls` says what would have been."""
    folder = tmp_path / ".venv"
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").touch()
    for name in ("run", "dev"):
        (tmp_path / name).write_text(f"{name}==1\n")
    monkeypatch.setattr(bootstrap, "VENV", folder)
    monkeypatch.setattr(bootstrap, "PYTHON", folder / "bin" / "python")
    monkeypatch.setattr(bootstrap, "STAMP", folder / "installed.json")
    monkeypatch.setattr(bootstrap, "LOCKS", {name: tmp_path / name for name in ("run", "dev")})
    return folder


@pytest.fixture
def calls(monkeypatch, venv):
    """Commands instead of running them; `calls.fail` names a word that makes a command fail."""

    class Calls(list):
        fail: tuple[str, ...] = ()

        def __call__(self, command, **kwargs):
            words = " ".join(map(str, command))
            self.append(words)
            code = 1 if any(word in words for word in self.fail) else 0
            return subprocess.CompletedProcess(command, code, stdout="", stderr="no ensurepip")

        def installs(self) -> list[str]:
            return [re.sub(r".*?-m (uv|pip) .*-r .*/", r"\1 ", words) for words in self if "--require-hashes" in words]

    calls = Calls()
    monkeypatch.setattr(bootstrap.subprocess, "run", calls)
    return calls


def test_a_second_start_installs_nothing(calls):
    bootstrap.install("run")
    assert calls.installs() == ["uv run"]
    del calls[:]
    bootstrap.install("run")
    assert calls == []


def test_who_can_test_can_run(calls):
    bootstrap.install("dev")
    bootstrap.install("run")
    assert calls.installs() == ["uv dev"]


def test_who_can_run_cannot_test_yet(calls):
    bootstrap.install("run")
    bootstrap.install("dev")
    assert calls.installs() == ["uv run", "uv dev"]


def test_another_lock_installs_again(calls, venv):
    bootstrap.install("run")
    (venv.parent / "run").write_text("run==2\n")
    bootstrap.install("run")
    assert calls.installs() == ["uv run", "uv run"]
    assert not any("venv --clear" in words for words in calls)


def test_a_linked_folder_is_never_cleared(calls, venv, monkeypatch, tmp_path):
    """Who shares a folder of packages by a link would else lose it."""
    bootstrap.install("run")
    link = tmp_path / "elsewhere"
    link.symlink_to(venv)
    monkeypatch.setattr(bootstrap, "VENV", link)
    monkeypatch.setattr(bootstrap, "STAMP", link / "installed.json")
    del calls[:]
    bootstrap.install("run")
    assert calls == []  # it is the same folder
    (venv / "installed.json").write_text(
        json.dumps(json.loads((venv / "installed.json").read_text()) | {"python": "2"})
    )
    with pytest.raises(bootstrap.Stop, match="is a link"):
        bootstrap.install("run")
    assert not any("venv --clear" in words for words in calls)


@pytest.mark.parametrize("fact", ["python", "folder"])
def test_another_python_or_place_begins_anew(calls, venv, fact):
    bootstrap.install("dev")
    stamp = json.loads(bootstrap.STAMP.read_text())
    bootstrap.STAMP.write_text(json.dumps(stamp | {fact: "another"}))
    bootstrap.install("run")
    assert sum("venv --clear" in words for words in calls) == 1
    assert set(bootstrap.read_stamp()) == {"python", "folder", "run"}


def test_pip_steps_in_for_uv(calls):
    calls.fail = ("-m uv pip",)
    bootstrap.install("run")
    assert calls.installs() == ["uv run", "pip run"]


def test_an_install_that_failed_is_not_taken_for_done(calls):
    bootstrap.install("dev")
    calls.fail = ("--require-hashes",)
    bootstrap.LOCKS["run"].write_text("run==2\n")
    with pytest.raises(bootstrap.Stop, match="could not be installed"):
        bootstrap.install("run")
    assert bootstrap.read_stamp() == {}


def test_a_python_without_venv_is_told_what_to_install(calls):
    calls.fail = ("import sys", "-m venv")
    with pytest.raises(bootstrap.Stop, match="apt install python3-venv"):
        bootstrap.install("run")


def test_an_older_python_is_told_so(monkeypatch, capsys):
    ast.parse((ROOT / "bootstrap.py").read_text(), feature_version=(3, 8))  # so that it gets as far as the sentence
    monkeypatch.setattr(sys, "version_info", (3, 10, 12, "final", 0))
    assert bootstrap.main(["run"]) == 1
    assert capsys.readouterr().out.startswith("Clubhouse needs Python 3.11 or newer, and this is Python 3.10.")


def test_locks_have_hashes_and_no_hosts_and_fit_together():
    pins = {}
    for name, path in bootstrap.LOCKS.items():
        text = path.read_text()
        assert "://" not in text
        blocks = re.findall(r"^(\S+==\S+)(.*?)(?=^\S|\Z)", text, flags=re.M | re.S)
        assert all("--hash=sha256:" in rest for _, rest in blocks)
        pins[name] = {pin for pin, _ in blocks}
    assert len(pins["run"]) > 20
    assert pins["run"] - pins["dev"] == set()
