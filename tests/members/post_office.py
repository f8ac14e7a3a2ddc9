"""A mail server on this machine (aiosmtpd): it refuses whom it is told to, and keeps the rest."""

import socket

from aiosmtpd.controller import Controller


class PostOffice:
    """`answers` by address, in small letters, for RCPT; `after_data` for every letter, when it has it all."""

    def __init__(self):
        self.answers: dict[str, str] = {}
        self.after_data = "250 OK"
        self.kept: list[str] = []
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = self.answers.get(address.lower(), "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):
        if self.after_data.startswith("250"):
            self.kept += envelope.rcpt_tos
        return self.after_data

    def close(self):
        self.controller.stop()
