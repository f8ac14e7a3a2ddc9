"""A key that somebody commits is noticed, and so is a package with a known hole."""

import datetime as dt
import random
import string

import pytest

from tests import known_holes, secret_scan

pytestmark = pytest.mark.once
TODAY = dt.date(2026, 12, 1)


def made_up(kind: str) -> str:
    """Like the real ones, made here each time so that none stands in this file."""
    letters = random.Random(7)
    some = "".join(letters.choices(string.ascii_letters + string.digits, k=40))
    return {
        "a cloud's key": f"AK{'IA'}{some.upper()[:16]}",
        "a token of a code host": f"gh{'p'}_{some[:36]}",
        "a private key": f"-----BEGIN {'RSA'} PRIVATE KEY-----",
        "a password in an address": f"postgresql://house:{some[:12]}@db.example.org/house",
        "a setting": f'SECRET_{"KEY"} = "{some}"',
    }[kind]


KINDS = ("a cloud's key", "a token of a code host", "a private key", "a password in an address", "a setting")


@pytest.mark.parametrize("kind", KINDS)
def test_a_planted_key_is_found_by_file_and_line_and_never_shown(tmp_path, monkeypatch, kind):
    (tmp_path / "members").mkdir()
    (tmp_path / "members" / "views.py").write_text(f'"""A view."""\n\nkey = 3\nplanted = """{made_up(kind)}"""\n')
    monkeypatch.setattr(secret_scan, "ROOT", tmp_path)
    found = secret_scan.found_in(["members/views.py"])
    assert found
    assert all(line.startswith("members/views.py:4: ") for line in found)
    assert not any(made_up(kind)[-12:] in line for line in found)


def test_words_of_guides_and_passwords_of_test_people_are_none(tmp_path, monkeypatch):
    for name in ("docs", "tests"):
        (tmp_path / name).mkdir()
    (tmp_path / "docs" / "keeper.md").write_text("EMAIL_URL=smtp+tls://name:password@server:587/\n")
    (tmp_path / "tests" / "test_x.py").write_text('PASSWORD = "a made up one"\n')
    monkeypatch.setattr(secret_scan, "ROOT", tmp_path)
    assert secret_scan.found_in(["docs/keeper.md", "tests/test_x.py"]) == []


def test_every_tracked_file_of_ours_is_looked_at():
    names = secret_scan.tracked()
    assert {"clubhouse/settings.py", ".env.example", "bootstrap.py", "docker-compose.yml", "docs/keeper.md"} <= set(
        names
    )
    assert len(names) > 800


# -- Known holes -------------------------------------------------------------------------------------------------------

CLEAN = {"name": "django", "version": "5.2.1", "vulns": []}
HOLE = {"id": "X-2026-1", "aliases": ["CVE-2026-1"], "fix_versions": ["5.2.2"]}
UNKNOWN = {"name": "celery", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("packages", "required", "ends", "says"),
    [
        ([CLEAN], False, 0, "1 packages, no known hole."),
        ([CLEAN | {"vulns": [HOLE]}], False, 1, "django 5.2.1: X-2026-1, mended in 5.2.2"),
        ([UNKNOWN], False, 0, "NOT ASKED: the list of known holes could not be asked about 1 of 1 packages."),
        ([UNKNOWN], True, 1, "NOT ASKED"),
        ([CLEAN, UNKNOWN], True, 1, "about 1 of 2 packages"),
        ([], False, 0, "could not be asked about any package"),
        ([], True, 1, "NOT ASKED"),
        ([CLEAN | {"vulns": [HOLE]}, UNKNOWN], False, 1, "X-2026-1"),
    ],
)
def test_not_asked_is_never_told_as_no_hole(capsys, packages, required, ends, says):
    assert known_holes.tell({"dependencies": packages}, TODAY, required) == ends
    said = capsys.readouterr().out
    assert says in said
    assert ("no known hole" in said) == (packages == [CLEAN])


def test_what_was_looked_at_and_accepted_is_so_until_its_day(monkeypatch):
    monkeypatch.setattr(known_holes, "ACCEPTED", {"CVE-2026-1": ("we never call it", dt.date(2026, 12, 1))})
    answer = {"dependencies": [CLEAN | {"vulns": [HOLE]}]}
    assert known_holes.read(answer, TODAY)[0] == []
    assert len(known_holes.read(answer, TODAY + dt.timedelta(days=1))[0]) == 1


def test_a_list_that_hangs_or_answers_nonsense_was_not_asked(monkeypatch):
    def hangs(*arguments, **kwargs):
        raise known_holes.subprocess.TimeoutExpired("pip_audit", 40)

    monkeypatch.setattr(known_holes.subprocess, "run", hangs)
    assert known_holes.ask() == {"dependencies": []}


def test_all_that_a_house_runs_is_pinned_with_hashes():
    """So that what was asked about is what is installed."""
    lines = known_holes.LOCK.read_text().splitlines()
    packages = [n for n, line in enumerate(lines) if line and not line.startswith((" ", "#"))]
    assert len(packages) > 40
    assert [lines[n] for n in packages if "==" not in lines[n] or "--hash=sha256:" not in lines[n + 1]] == []
