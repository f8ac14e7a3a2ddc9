"""A text gateway on this machine: it takes what it is handed, refuses, or stays silent."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.house.heard.append((self.path, sent["message"]))
        if self.server.house.silent.is_set():
            self.server.house.let_go.wait(5)
            return
        self.send_response(self.server.house.answers)
        self.send_header("Location", "/elsewhere")
        self.end_headers()

    def log_message(self, *args):
        pass


class Gateway:
    """`heard` holds (path, text) of each text; `answers` is the status it answers with."""

    def __init__(self):
        self.heard: list[tuple[str, str]] = []
        self.answers = 200
        self.silent, self.let_go = threading.Event(), threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.house = self
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.server.server_port}/{{to}}"
