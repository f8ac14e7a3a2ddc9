"""The compose file as a machine reads it; and manage.py with its settings: python -m tests.compose check --deploy"""

import os
import re
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
# A house that filled in .env. Compose refuses to start without each of these.
FILLED_IN = {
    "HOUSE_ADDRESS": "roll.example.org",
    "SECRET_KEY": "abcdefghijklmnopqrstuvwxyz0123456789" * 2,
    "BACKUP_KEY": "012345678901234567890123",
    "POSTGRES_PASSWORD": "letters1234and5678digits",
    "EMAIL_URL": "smtp+tls://house:secret@mail.example.org:587/?_default_from_email=house@example.org",
}
VARIABLE = re.compile(r"(?<!\$)\$\{(?P<name>\w+)(?P<kind>:?[-?])?(?P<rest>[^}]*)\}")


def read() -> dict:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def settings(service: str) -> dict[str, str]:
    """The environment of one service, with what the keeper fills in filled in, and defaults elsewhere."""

    def value(found: re.Match) -> str:
        return FILLED_IN.get(found["name"]) or (found["rest"] if found["kind"] == ":-" else "")

    return {name: VARIABLE.sub(value, text) for name, text in read()["services"][service]["environment"].items()}


def manage(*arguments: str, **kwargs) -> subprocess.CompletedProcess:
    """manage.py as the web container would run it: compose's settings and nothing of this machine's."""
    image = {"DATA_DIR": "/srv/clubhouse/data"}  # from the Dockerfile; not there, so no key can be found in it
    env = {"PATH": os.environ["PATH"], "PYTHONWARNINGS": "ignore", **image, **settings("web")}
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, check=False, **kwargs)


if __name__ == "__main__":
    sys.exit(manage(*sys.argv[1:]).returncode)
