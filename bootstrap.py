#!/usr/bin/env python3
"""From a fresh machine to a running house: needs Python 3.11 or newer, and nothing else.

python3 bootstrap.py run                   the house, at http://localhost:8000
python3 bootstrap.py update                after a new version: a backup, the database, and what is new
python3 bootstrap.py test [--slow] [...]   the tests; what follows goes to pytest
python3 bootstrap.py manage ...            any manage.py command
python3 bootstrap.py check                 lint, types, migrations, locks, keys, known holes, deployment settings
python3 bootstrap.py lock [--check]        make the locked requirements again from pyproject.toml
"""

# Standard library only: this file runs before anything is installed.
from __future__ import annotations

import contextlib
import ctypes
import errno
import hashlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
LOCKS = {"run": ROOT / "requirements.txt", "dev": ROOT / "requirements-dev.txt"}
OLDEST = (3, 11)
READY_WITHIN = 60  # seconds until a slow machine must answer /healthz
ROOM = 200 * 1024 * 1024  # bytes; with less, nothing is kept compiled
STOP_WITHIN = 10  # seconds a child gets to finish what it is doing
WEB = "clubhouse.wsgi:application --log-level warning --worker-class gthread --workers 1 --threads 8".split()
WORKER = "worker -B -P threads -c 2 --without-gossip --without-mingle --without-heartbeat --loglevel warning".split()
SAMPLE_ACCOUNTS = "coordinator, staff, member, newcomer, reception, statistics, reachout, meeting"


class Stop(Exception):
    """Ends the program with one sentence that a keeper can read."""


def say(sentence: str) -> None:
    print(sentence, flush=True)


# -- Installing --------------------------------------------------------------------------------------------------------


def fingerprint(lock: str) -> str:
    return hashlib.sha256(LOCKS[lock].read_bytes()).hexdigest()


def here() -> dict[str, str]:
    """What the folder of packages belongs to; moved or upgraded, it is made anew."""
    return {"python": sys.version.split()[0], "folder": str(VENV.resolve())}


def read_stamp() -> dict[str, str]:
    try:
        return json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}


def is_installed(lock: str) -> bool:
    stamp = read_stamp()
    return (stamp | here() == stamp) and stamp.get(lock) == fingerprint(lock) and PYTHON.exists()


def install(lock: str) -> None:
    """Bring .venv to the locked packages; the stamp is written last, so that a broken install is made again."""
    if is_installed(lock):
        return
    started = time.monotonic()
    say(f"Installing what the house needs into {VENV.name} (once; about a quarter of a minute) ...")
    stamp = read_stamp()
    moved = bool(stamp) and stamp | here() != stamp
    fresh = moved or not works(PYTHON, f"sys; assert sys.version == {sys.version!r}")
    if fresh and VENV.is_symlink():
        raise Stop(f"{VENV} is a link to a folder of others, which is not cleared from here. Take the link away.")
    STAMP.unlink(missing_ok=True)
    if fresh:
        python = getattr(sys, "_base_executable", sys.executable)  # not the one in the folder about to be cleared
        made = subprocess.run([python, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True)
        if made.returncode:
            detail = (made.stdout + made.stderr).strip()
            raise Stop(f"Python could not make {VENV}. On Debian and Ubuntu: apt install python3-venv.\n{detail}")
    if not works(PYTHON, "pip"):
        subprocess.run([PYTHON, "-m", "ensurepip", "--upgrade"], check=True, stdout=subprocess.DEVNULL)
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    locked = ["--require-hashes", "-r", LOCKS[lock]]
    quick = works(PYTHON, "uv") or subprocess.run([*pip, "uv"]).returncode == 0
    if not quick or subprocess.run([PYTHON, "-m", "uv", "pip", "install", "--quiet", "-p", PYTHON, *locked]).returncode:
        say("uv could not install them; trying with pip, which takes longer ...")
        if subprocess.run([*pip, *locked]).returncode:
            raise Stop("The packages could not be installed; the lines above say why. Is there a network?")
    # The development lock holds everything that running needs (tests/test_installing.py sees to it).
    done = {name: fingerprint(name) for name in (["run"] if lock == "run" else LOCKS)}
    STAMP.write_text(json.dumps({**({} if fresh else stamp), **here(), **done}))
    say(f"Installed in {time.monotonic() - started:.0f} s.")


def works(python: Path, module: str) -> bool:
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return python.exists() and subprocess.run([python, "-c", f"import {module}"], **quiet).returncode == 0


# -- Where this house keeps its things ---------------------------------------------------------------------------------


def data_dir() -> Path:
    return Path(os.environ.get("DATA_DIR") or ROOT / "data").resolve()


def ensure_secret_key(folder: Path) -> None:
    """Make DATA_DIR/secret-key once, for its owner's eyes only; everything signed depends on its staying the same."""
    path = folder / "secret-key"
    if os.environ.get("SECRET_KEY") or (path.exists() and path.stat().st_size):
        return
    write_key(path, secrets.token_urlsafe(60))


def write_key(path: Path, key: str) -> None:
    part = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(key + "\n")
        part.rename(path)
    except OSError as error:
        why = f"{path.parent} cannot be used ({error.strerror})"
        raise Stop(f"The folder {why}. Make it, and make it yours; or choose another one: DATA_DIR=...") from None


def ensure_backup_key(folder: Path) -> None:
    """Make DATA_DIR/backup-key once, and say so: without it no backup can be opened, by anybody."""
    path = folder / "backup-key"
    if os.environ.get("BACKUP_KEY") or (path.exists() and path.stat().st_size):
        return
    write_key(path, "-".join(secrets.token_hex(3) for _ in range(8)))  # in pieces that a hand can copy
    say(f"The key to the backups is in {path}. Print it now, and keep the paper away from the house.")


def is_house(folder: Path) -> bool:
    """Whether somebody started one there; of one in a database elsewhere only the database knows."""
    return bool(os.environ.get("DATABASE_URL")) or (folder / "clubhouse.sqlite3").exists()


def expect_house(folder: Path, command: str) -> None:
    """Who forgets to say where the house is would else look after an empty one, and believe all is well."""
    if not is_house(folder):
        say_where = f"Say where it is, as you do at the start: DATA_DIR=... python3 bootstrap.py {command}"
        raise Stop(f"There is no house in {folder}. {say_where}")


def keep_to_owner(folder: Path) -> None:
    """What the house writes is for its own account on this computer; so is what an earlier version wrote."""
    os.umask(0o077)
    for file in folder.glob("clubhouse.sqlite3*"):
        with contextlib.suppress(OSError):
            file.chmod(0o600)


# On a disk that fills up Python can leave half of a compiled file, which then fails at every start, for good.
UNCOMPILED = {"PYTHONDONTWRITEBYTECODE": "1"}


def environment() -> dict[str, str]:
    """The environment of every manage.py command: DATA_DIR, and whether this is the sample house, as `run` left it."""
    known = {"DATA_DIR": str(data_dir()), "PYTHONUNBUFFERED": "1", "DJANGO_SETTINGS_MODULE": "clubhouse.settings"}
    if shutil.disk_usage(ROOT).free < ROOM:
        known |= UNCOMPILED
    remembered = data_dir() / "demo"
    if "DEMO" not in os.environ and remembered.exists():
        known["DEMO"] = remembered.read_text().strip()
    return os.environ | known


def is_demo(env: dict[str, str]) -> bool:
    return env.get("DEMO", "").lower() in ("1", "true", "yes", "on", "y", "t")


NOT_STARTED = "The house did not start; the lines above say why."


def manage(env: dict[str, str], *steps: list[str], otherwise: str = NOT_STARTED) -> None:
    """Several manage.py commands in one program, because starting one takes longer than most of them."""
    code = "import json, sys; from django.core.management import execute_from_command_line as go\n"
    code += "for step in json.loads(sys.argv[1]): go(['manage.py', *step])"
    # In a session of its own, so that Ctrl-C ends it through us, without a page of traceback.
    if subprocess.run([PYTHON, "-c", code, json.dumps(steps)], cwd=ROOT, env=env, start_new_session=True).returncode:
        raise Stop(otherwise)


def static_state() -> str:
    """Changes whenever a file of static/ or a package does."""
    folders = [ROOT / "static", *ROOT.glob("[a-z]*/static")]  # not below .venv, where looking takes seconds
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    facts = [f"{path.relative_to(ROOT)} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in files]
    return hashlib.sha256("\n".join([fingerprint("run"), *facts]).encode()).hexdigest()


def collecting(folder: Path) -> list[list[str]]:
    """The step that gathers style sheets and scripts, where they changed."""
    if is_collected(folder, static_state()):
        return []
    return [["collectstatic", "--noinput", "--clear", "--verbosity", "0"]]


def is_collected(folder: Path, state: str) -> bool:
    note = folder / "static-state"
    return (folder / "static" / "staticfiles.json").exists() and note.exists() and note.read_text() == state


# -- Running -----------------------------------------------------------------------------------------------------------


def addresses(port: int) -> list[str]:
    """Where to listen: 127.0.0.1, and ::1 where the machine has it, because `localhost` may mean either."""
    found = []
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((host, port))
        except PermissionError:
            raise Stop(f"Port {port} is only for the machine's keeper. Choose one from 1024 up: PORT=8001.") from None
        except OSError as error:
            if host == "127.0.0.1" or error.errno == errno.EADDRINUSE:
                raise Stop(f"Port {port} is taken by another program. Choose another: PORT={port + 1}.") from None
        else:
            found.append(f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
    return found


def address(port: int) -> str:
    """What to type into a browser: the name of the house, where it has one."""
    host = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip()
    local = host in ("", "localhost", "127.0.0.1", "::1", "[::1]")
    return f"http://localhost:{port}" if local else f"https://{host}"


def chosen_port() -> int:
    text = os.environ.get("PORT", "8000")
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Stop(f"PORT={text} is not a port. Use a number from 1024 to 65535.")
    return int(text)


def answers(port: int, env: dict[str, str]) -> bool:
    host = env.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip()
    request = urllib.request.Request(f"http://127.0.0.1:{port}/healthz", headers={"Host": host})
    try:
        # No proxy: this is a question to ourselves.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=5) as answer:
            return answer.status == 200
    except (OSError, urllib.error.URLError):
        return False


def end_with_parent() -> None:
    """In a child: ask the kernel for SIGTERM should this program be killed, so that no half of a house stays behind."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


class Children:
    """The house's programs, each in a session of its own, so that Ctrl-C reaches them only through us."""

    def __init__(self) -> None:
        self.running: dict[str, subprocess.Popen] = {}

    def start(self, name: str, command: list, env: dict[str, str]) -> None:
        self.running[name] = subprocess.Popen(
            [str(part) for part in command],
            cwd=ROOT,
            env=env | UNCOMPILED,  # they run for months, and who knows how full the disk is then
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=end_with_parent if sys.platform == "linux" else None,
        )

    def check(self) -> None:
        for name, child in self.running.items():
            if child.poll() is not None:
                raise Stop(f"The {name} ended by itself (exit {child.returncode}), so the house is closed.")

    def stop(self) -> None:
        for child in self.running.values():
            if child.poll() is None:
                child.terminate()
        latest = time.monotonic() + STOP_WITHIN
        for child in self.running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(max(0.1, latest - time.monotonic()))
            # Whatever is left of its session, also when it died and left children of its own.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def supervise(children: Children, port: int, env: dict[str, str], ready: str) -> None:
    """Say `ready` once /healthz answers, then watch until a signal raises KeyboardInterrupt or a child ends."""
    latest = time.monotonic() + READY_WITHIN
    while not answers(port, env):
        children.check()
        if time.monotonic() > latest:
            raise Stop(f"The house did not answer within {READY_WITHIN} s; the lines above may say why.")
        time.sleep(0.1)
    say(ready)
    while True:
        children.check()
        time.sleep(0.2)


def interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def run(arguments: list[str]) -> None:
    if arguments:
        raise Stop("`run` takes no arguments; settings come from the environment, like PORT=8001 (see docs/keeper.md).")
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup stays nohup
            signal.signal(number, interrupt)
    port = chosen_port()
    binds = addresses(port)
    install("run")
    folder = data_dir()
    keep_to_owner(folder)
    ensure_secret_key(folder)
    ensure_backup_key(folder)
    env = {"DEMO": "1"} | environment()
    for name in ("messages", "control"):
        (folder / "queue" / name).mkdir(parents=True, exist_ok=True)
    steps, state = [["update_house", "--verbosity", "0"], *collecting(folder)], static_state()
    steps.append(["sample_house", "--if-empty"] if is_demo(env) else ["first_coordinator"])
    manage(env, *steps)
    (folder / "static-state").write_text(state)
    # A real house stays a real one, also when somebody forgets to say so the next time.
    (folder / "demo").write_text("1" if is_demo(env) else "0")

    who = f"Sign in as {SAMPLE_ACCOUNTS}; the password is clubhouse." if is_demo(env) else "Sign in with your account."
    ready = f"Ready: {address(port)} - {who} Ctrl-C stops the house; what you entered is kept in {folder}."
    web = [PYTHON, "-m", "gunicorn", *WEB]
    web += [part for bind in binds for part in ("--bind", bind)]
    worker = [PYTHON, "-m", "celery", "--quiet", "-A", "clubhouse", *WORKER, "--schedule", folder / "beat-schedule"]
    children = Children()
    try:
        children.start("web server", web, env)
        children.start("worker", worker, env | {"PYTHONWARNINGS": "ignore:You're running the worker with superuser"})
        supervise(children, port, env, ready)
    except KeyboardInterrupt:
        say("\nClosing the house ...")
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        children.stop()
    say("Closed. Everything is kept.")


# -- Updating ----------------------------------------------------------------------------------------------------------


def update(arguments: list[str]) -> None:
    """After the program's folder was replaced: the packages, the database (a backup first), what is new."""
    if arguments:
        raise Stop("`update` takes no arguments.")
    folder = data_dir()
    expect_house(folder, "update")
    install("run")
    keep_to_owner(folder)
    ensure_secret_key(folder)
    ensure_backup_key(folder)
    env, state = environment(), static_state()
    manage(env, ["update_house"], *collecting(folder), otherwise="The house was not updated; the lines above say why.")
    (folder / "static-state").write_text(state)
    if answers(chosen_port(), env):
        say("\nThe house still runs with the program from before. Close it and start it again.")


# -- Everything else ---------------------------------------------------------------------------------------------------


def test(arguments: list[str]) -> None:
    install("dev")
    os.chdir(ROOT)
    os.execv(PYTHON, [str(PYTHON), "-m", "tests.both_databases", *arguments])


# The keeper's, which make no sense where no house is. `restore` brings one to an empty folder.
OF_A_HOUSE = "backup check_house first_coordinator import_house monthly_report move_house send_due".split()


def manage_command(arguments: list[str]) -> None:
    if arguments and arguments[0] in OF_A_HOUSE and not {"-h", "--help"} & set(arguments):
        expect_house(data_dir(), f"manage {arguments[0]}")
    install("run")
    keep_to_owner(data_dir())
    ensure_secret_key(data_dir())
    os.execve(PYTHON, [str(PYTHON), str(ROOT / "manage.py"), *arguments], environment())


def lock(arguments: list[str]) -> None:
    """Make both locks again; what is locked stays as it is unless pyproject.toml asks for more (--upgrade: newest)."""
    install("dev")
    checking = "--check" in arguments
    options = "--universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --quiet".split()
    with tempfile.TemporaryDirectory() as folder:
        for name, path in LOCKS.items():
            target = Path(folder) / path.name if checking else path
            if checking:
                shutil.copy(path, target)
            group = ["--group", "dev"] if name == "dev" else []
            more = [argument for argument in arguments if argument != "--check"]
            command = [PYTHON, "-m", "uv", "pip", "compile", "pyproject.toml", *group, *options, *more, "-o", target]
            subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
            if target.read_bytes() != path.read_bytes():
                raise Stop(f"{path.name} does not fit pyproject.toml. Make it again: python3 bootstrap.py lock")
    say("The locked requirements fit pyproject.toml." if checking else "The locked requirements are made again.")


def check(arguments: list[str]) -> None:
    """Everything that can be said about the code without running it; goes on after a failure and names them all."""
    install("dev")
    steps = {
        "lint": ["-m", "ruff", "check", "."],
        "format": ["-m", "ruff", "format", "--check", "."],
        "templates": ["-m", "djlint", "--lint", "--quiet", "templates"],
        "types": ["-m", "mypy"],
        "migrations": ["manage.py", "makemigrations", "--check", "--dry-run"],
        "locks": ["bootstrap.py", "lock", "--check"],
        "secrets": ["-m", "tests.secret_scan"],
        "known holes in what is locked": ["-m", "tests.known_holes"],
        "deployment settings": ["-m", "tests.compose", "check", "--deploy", "--fail-level", "WARNING"],
    }
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        env = os.environ | {"DATA_DIR": folder, "SECRET_KEY": secrets.token_urlsafe(60), "PYTHONWARNINGS": "ignore"}
        for name, command in steps.items():
            say(f"-- {name}")
            if subprocess.run([PYTHON, *command], cwd=ROOT, env=env).returncode:
                failed.append(name)
    if failed:
        raise Stop(f"Not right yet: {', '.join(failed)}.")
    say("All checks passed.")


def main(arguments: list[str]) -> int:
    if sys.version_info < OLDEST:
        found = ".".join(map(str, sys.version_info[:2]))
        print(f"Clubhouse needs Python 3.11 or newer, and this is Python {found}. Try: python3.11 bootstrap.py ...")
        return 1
    if os.name != "posix":
        print("Clubhouse runs on Linux and macOS. On Windows, use the Windows Subsystem for Linux.")
        return 1
    commands = {"run": run, "update": update, "test": test, "manage": manage_command, "check": check, "lock": lock}
    if not arguments or arguments[0] not in commands:
        print(__doc__)
        return 0 if arguments in (["help"], ["--help"], ["-h"]) else 2
    try:
        commands[arguments[0]](arguments[1:])
    except Stop as stop:
        print(stop, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"This did not work: {' '.join(map(str, error.cmd))}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
