"""What the sample house wrote: its mail goes to a folder (DEMO=1), and coordinators read it on a page."""

import email
import email.policy
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

BETWEEN = b"\n" + b"-" * 79 + b"\n"  # what Django's file backend writes after each letter
SHOWN = 50


@dataclass(frozen=True)
class Letter:
    sender: str
    to: str
    subject: str
    date: str
    text: str


def newest(folder: Path) -> list[Letter]:
    """The letters in `folder`, newest first."""
    files = sorted(folder.glob("*.log"), key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)
    letters: list[Letter] = []
    for path in files[:SHOWN]:
        parts = path.read_bytes().split(BETWEEN)
        letters += [read(part) for part in reversed(parts) if part.strip()]
    return letters[:SHOWN]


def read(source: bytes) -> Letter:
    parsed = email.message_from_bytes(source, _class=EmailMessage, policy=email.policy.default)
    body = parsed.get_body(preferencelist=("plain", "html"))
    return Letter(
        sender=str(parsed["From"] or ""),
        to=str(parsed["To"] or ""),
        subject=str(parsed["Subject"] or ""),
        date=str(parsed["Date"] or ""),
        text=body.get_content() if body else "",
    )
