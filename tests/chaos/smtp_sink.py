"""A mail server for these tests, in a program of its own: takes, refuses, hangs and hangs up, as it is told.

smtp_sink.py PORT FOLDER. Each letter that it has in hand is a line in FOLDER/begun; each that it takes is one in
FOLDER/accepted, written at that moment and before it says so. What it shall do stands in FOLDER/orders.json, read anew
for each letter: `before` and `after` are the seconds it takes before it takes a letter and before it says so; `to`
tells by the beginning of an address what to do with its letters: "451" or another code refuses the recipient, "data
451" the letter, "hang" never says anything again, "cut" hangs up in the middle of a letter, and "taken, cut" takes the
letter and hangs up without saying so. A letter in hand is gone when the other side goes.
"""

import asyncio
import email
import json
import sys
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"


class Sink:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def orders(self) -> dict:
        path = self.folder / "orders.json"
        return json.loads(path.read_text()) if path.exists() else {}

    def order_for(self, address: str) -> str:
        found = [order for start, order in self.orders().get("to", {}).items() if address.startswith(start)]
        return found[0] if found else ""

    def note(self, name: str, **facts: object) -> None:
        with open(self.folder / name, "a") as file:
            file.write(json.dumps({"at": time.time(), **facts}) + "\n")

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list) -> str:
        order = self.order_for(address)
        if order.isdigit():
            self.note("refused", to=address, code=order)
            return f"{order} not this one"
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        letter, orders = email.message_from_bytes(envelope.content or b""), self.orders()
        order = self.order_for(envelope.rcpt_tos[0])
        facts = {"to": envelope.rcpt_tos[0], "id": letter["Message-ID"], "subject": letter["Subject"]}
        self.note("begun", **facts)
        if order.startswith("data "):
            self.note("refused", to=facts["to"], code=order.removeprefix("data "))
            return f"{order.removeprefix('data ')} not now"
        if order in ("hang", "cut"):
            self.note(order, **facts)
        if order == "hang":
            await asyncio.sleep(3600)
        if order == "cut":
            server.transport.abort()
            return "421 gone"
        await asyncio.sleep(orders.get("before", 0))
        self.note("accepted", **facts)
        if order == "taken, cut":
            server.transport.abort()
        await asyncio.sleep(orders.get("after", 0))
        return "250 taken"


async def serve(port: int, folder: Path) -> None:
    sink = Sink(folder)
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(sink, hostname="sink.test"), HOST, port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
