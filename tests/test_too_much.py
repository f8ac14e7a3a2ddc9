"""A gigabyte sent to the web server as a house runs it: how its memory and its disk fare."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bootstrap import WEB
from tests import machine

pytestmark = [pytest.mark.slow, pytest.mark.once, pytest.mark.beside]
ROOT = Path(__file__).resolve().parent.parent
MEGABYTE = 1024 * 1024
HEAD = b'--x\r\nContent-Disposition: form-data; name="spreadsheets"; filename="visits.csv"\r\n\r\n'


class Web:
    """gunicorn with a folder of its own for what it puts on the disk."""

    def __init__(self, folder: Path, application: str) -> None:
        self.spool = folder / "spool"
        self.spool.mkdir()
        self.port = machine.free_port()
        env = {"PATH": os.environ["PATH"], "DATA_DIR": str(folder), "TMPDIR": str(self.spool), "SECRET_KEY": "k" * 60}
        subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], cwd=ROOT, env=env, check=True)
        command = [sys.executable, "-m", "gunicorn", application, *WEB[1:], "--bind", f"127.0.0.1:{self.port}"]
        self.process = subprocess.Popen(command, cwd=ROOT, env=env)
        self.ask(b"")  # the first request loads what the others need

    def memory(self) -> float:
        """Megabytes that all its processes hold in memory."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        statuses = [Path(f"/proc/{pid}/status").read_text() for pid in children]
        return sum(int(text.split("VmHWM:")[1].split()[0]) for text in statuses) / 1024

    def disk(self) -> float:
        """Megabytes in files of its folder, also of those that have no name any more."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        spooled = 0
        for pid in children:
            for link in Path(f"/proc/{pid}/fd").iterdir():
                if str(link.resolve()).startswith(str(self.spool)):
                    spooled += link.stat().st_size
        return spooled / MEGABYTE

    def connect(self) -> socket.socket:
        latest = time.monotonic() + 60
        while True:
            try:
                return socket.create_connection(("127.0.0.1", self.port), timeout=30)
            except OSError:
                assert time.monotonic() < latest
                time.sleep(0.1)

    def ask(self, body: bytes) -> bytes:
        with self.connect() as line:
            line.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" + body)
            return line.recv(200)

    def send(self, megabytes: int) -> tuple[bytes, float]:
        """What it answers to a form of so many megabytes, and the most that lay on its disk meanwhile."""
        most = 0.0
        with self.connect() as line:
            length = len(HEAD) + megabytes * MEGABYTE
            line.sendall(
                b"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\n"
                + f"Cookie: csrftoken={'k' * 32}\r\n".encode()  # without it nothing is read anyway
                + f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {length}\r\n\r\n".encode()
                + HEAD
            )
            line.settimeout(5)
            piece = bytes(MEGABYTE)
            try:
                for number in range(megabytes):
                    line.sendall(piece)
                    if number % 20 == 0:
                        most = max(most, self.disk())
            except OSError:
                pass  # it closed the line: nobody has to listen to a gigabyte
            try:
                return line.recv(4000), most
            except OSError:
                return b"", most


@pytest.fixture
def web(tmp_path, request):
    web = Web(tmp_path, request.param)
    yield web
    web.process.terminate()
    web.process.wait(20)


@pytest.mark.parametrize("web", ["tests.too_much:as_it_is()"], indirect=True)
def test_a_gigabyte_costs_neither_memory_nor_disk(web):
    before = web.memory()
    answer, disk = web.send(1024)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert web.memory() - before < 30
    assert disk < 1
    assert web.ask(b"").startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("web", ["tests.too_much:without_front()"], indirect=True)
def test_without_the_front_it_fills_the_disk(web):
    assert web.send(100)[1] > 50
