"""Asks the public list of advisories about every package that a house runs: python -m tests.known_holes

Three ends: no hole is known; a hole is known, which fails; or the list could not be asked. The last is said loudly and
is no pass: with REQUIRE_AUDIT=1 it fails too (docs/decisions/0054-doors-proven.md).
"""

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.txt"
PATIENCE = 40  # seconds
# What was looked at and does not concern us, until a day: {"an id of the list": ("why", dt.date(2027, 1, 31))}.
ACCEPTED: dict[str, tuple[str, dt.date]] = {}


def ask() -> dict:
    """What pip-audit says about the locked packages, by their names and versions alone: nothing is installed."""
    command = [
        sys.executable,
        "-m",
        "pip_audit",
        "-r",
        str(LOCK),
        "--disable-pip",
        "--require-hashes",
        "--timeout",
        "5",
    ]
    command += ["--progress-spinner", "off", "--format", "json"]
    try:
        answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)
        return json.loads(answer.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        return {"dependencies": []}


def read(answer: dict, today: dt.date) -> tuple[list[str], list[str], int]:
    """(holes, packages nobody could be asked about, packages that were looked at)."""
    holes, unasked, asked = [], [], 0
    for package in answer["dependencies"]:
        if "skip_reason" in package:
            unasked.append(package["name"])
            continue
        asked += 1
        for hole in package["vulns"]:
            known_as = {hole["id"], *hole.get("aliases", [])}
            if not any(today <= ACCEPTED[name][1] for name in known_as & set(ACCEPTED)):
                mended = ", ".join(hole.get("fix_versions", [])) or "nothing yet"
                holes.append(f"{package['name']} {package['version']}: {hole['id']}, mended in {mended}")
    return holes, unasked, asked


def tell(answer: dict, today: dt.date, required: bool) -> int:
    holes, unasked, asked = read(answer, today)
    for hole in holes:
        print(hole)
    if not asked or unasked:
        what = f"{len(unasked)} of {asked + len(unasked)} packages" if answer["dependencies"] else "any package"
        print(f"NOT ASKED: the list of known holes could not be asked about {what}. This says nothing about them.")
        return 1 if holes or required else 0
    print(f"{asked} packages, {len(holes)} known holes." if holes else f"{asked} packages, no known hole.")
    return 1 if holes else 0


if __name__ == "__main__":
    sys.exit(tell(ask(), dt.datetime.now(dt.UTC).date(), os.environ.get("REQUIRE_AUDIT") == "1"))
