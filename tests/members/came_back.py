"""Letters as mail servers send them back, and a mailbox (IMAP) on this machine that holds them."""

import socketserver
import threading

OURS = "<5f1c" + "0a" * 30 + "@example.net>"

POSTFIX = """\
Return-Path: <>
From: MAILER-DAEMON@mx.example.net (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: house@example.net
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="4F8Xq1.1764/mx.example.net"
Message-Id: <20261005140203.4F8Xq2@mx.example.net>

This is a MIME-encapsulated message.

--4F8Xq1.1764/mx.example.net
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example.net.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

<{to}>: host mail.example.org[192.0.2.7] said: {reply} (in reply to RCPT TO command)

--4F8Xq1.1764/mx.example.net
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net
X-Postfix-Queue-ID: 4F8Xq1
X-Postfix-Sender: rfc822; house@example.net
Arrival-Date: Mon,  5 Oct 2026 14:02:01 +0000 (UTC)

Final-Recipient: rfc822; {to}
Original-Recipient: rfc822;{to}
Action: {action}
Status: {status}
Remote-MTA: dns; mail.example.org
Diagnostic-Code: smtp; {reply}

--4F8Xq1.1764/mx.example.net
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

From: Maple Street <house@example.net>
To: {to}
Subject: A message from Maple Street
Message-ID: {ours}

--4F8Xq1.1764/mx.example.net--
"""

EXCHANGE = """\
From: postmaster@example.org
To: house@example.net
Date: Mon, 5 Oct 2026 14:02:05 +0000
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="9B095B5ADSN=_01DC35F0A1B2C3D400001EXCH01.exampl"
Content-Language: en-US
Message-ID: <d9c7a8f0@EXCH01.example.org>
In-Reply-To: {ours}
References: {ours}
Subject: Undeliverable: A message from Maple Street
Auto-Submitted: auto-replied

--9B095B5ADSN=_01DC35F0A1B2C3D400001EXCH01.exampl
Content-Type: multipart/alternative; differences=Content-Type;
\tboundary="c1d2e3"

--c1d2e3
Content-Type: text/plain; charset="us-ascii"
Content-Transfer-Encoding: quoted-printable

Your message to {to} couldn't be delivered.
The address wasn't found at example.org.

--c1d2e3
Content-Type: text/html; charset="us-ascii"

<html><body><p>Your message to {to} couldn't be delivered.</p></body></html>

--c1d2e3--

--9B095B5ADSN=_01DC35F0A1B2C3D400001EXCH01.exampl
Content-Type: message/delivery-status

Reporting-MTA: dns;EXCH01.example.org
Received-From-MTA: dns;mx.example.net
Arrival-Date: Mon, 5 Oct 2026 14:02:03 +0000

Final-Recipient: rfc822;{to}
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup

--9B095B5ADSN=_01DC35F0A1B2C3D400001EXCH01.exampl
Content-Type: message/rfc822

From: Maple Street <house@example.net>
To: {to}
Subject: A message from Maple Street
Message-ID: {ours}

Hello.

--9B095B5ADSN=_01DC35F0A1B2C3D400001EXCH01.exampl--
"""

GMAIL = """\
From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>
To: house@example.net
Auto-Submitted: auto-replied
Subject: Delivery Status Notification (Failure)
References: {ours}
In-Reply-To: {ours}
X-Failed-Recipients: {to}
Message-ID: <68e2.170a0220.googlemail.com@mx.google.com>
Date: Mon, 05 Oct 2026 07:02:05 -0700 (PDT)
Content-Type: multipart/report; boundary="000000000000f1e2"; report-type=delivery-status

--000000000000f1e2
Content-Type: text/plain; charset="UTF-8"

** Address not found **

Your message wasn't delivered to {to} because the address couldn't be found, or is unable to receive mail.

The response was:

550 5.1.1 The email account that you tried to reach does not exist. Please try double-checking the recipient's email
address for typos or unnecessary spaces.

--000000000000f1e2
Content-Type: message/delivery-status

Reporting-MTA: dns; googlemail.com
Arrival-Date: Mon, 05 Oct 2026 07:02:04 -0700 (PDT)
X-Original-Message-ID: {ours}

Final-Recipient: rfc822; {to}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist. Please try
 550-5.1.1 double-checking the recipient's email address for typos or
 550 5.1.1 unnecessary spaces. - gsmtp
Last-Attempt-Date: Mon, 05 Oct 2026 07:02:05 -0700 (PDT)

--000000000000f1e2
Content-Type: message/rfc822

From: Maple Street <house@example.net>
To: {to}
Message-ID: {ours}

Hello.

--000000000000f1e2--
"""

QMAIL = """\
From: MAILER-DAEMON@mx.example.net
To: house@example.net
Subject: failure notice
Date: 5 Oct 2026 14:02:05 -0000

Hi. This is the qmail-send program at mx.example.net.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{to}>:
192.0.2.7 does not like recipient.
Remote host said: {reply}
Giving up on 192.0.2.7.

--- Below this line is a copy of the message.

Return-Path: <house@example.net>
From: Maple Street <house@example.net>
To: {to}
Message-ID: {ours}

Hello.
"""

AWAY = """\
From: Amara Okafor <{to}>
To: house@example.net
Subject: Out of office: A message from Maple Street
In-Reply-To: {ours}
Auto-Submitted: auto-replied
Content-Type: text/plain

I am away. 550 5.1.1 is my favourite number.
"""

SPAM = """\
From: MAILER-DAEMON <mailer-daemon@cheap.example>
To: house@example.net
Subject: Your mailbox is full!!!
Content-Type: multipart/report; report-type=delivery-status; boundary=x

--x
Content-Type: message/delivery-status

This is no status at all: <{to}> Action failed
--x
"""

NO_SUCH = "550 5.1.1 <amara@example.org>: Recipient address rejected: User unknown in virtual mailbox table"


def letter(
    sample: str, *, to: str = "amara@example.org", ours: str = OURS, reply: str = NO_SUCH, status: str = "5.1.1", **more
) -> bytes:
    fields = {"to": to, "ours": ours, "reply": reply, "status": status, "action": "failed"} | more
    return sample.format(**fields).replace("\n", "\r\n").encode()


class Session(socketserver.StreamRequestHandler):
    """As much of IMAP as is spoken here; what it is told beyond that it answers with BAD."""

    def handle(self):
        self.say("* OK ready")
        for line in self.rfile:
            tag, _, command = line.decode().rstrip().partition(" ")
            self.server.house.told.append(command)
            name = command.split()[0].upper()
            if name == "UID":
                name = command.split()[1].upper()
            answer = getattr(self, f"do_{name.lower()}", None)
            if answer is None:
                self.say(f"{tag} BAD what?")
            else:
                self.say(f"{tag} {answer(command) or 'OK done'}")
            if name == "LOGOUT":
                return

    def say(self, line: str):
        self.wfile.write(line.encode() + b"\r\n")

    def do_capability(self, command):
        self.say("* CAPABILITY IMAP4rev1")

    def do_login(self, command):
        if command != 'LOGIN "house" "a secret"':
            return "NO wrong password"

    def do_select(self, command):
        self.say(f"* {len(self.server.house.letters)} EXISTS")

    def do_search(self, command):
        """Only what mail servers send, and only what is new."""
        assert command.endswith(
            'UNSEEN OR FROM "mailer-daemon" OR FROM "postmaster" HEADER "Content-Type" "multipart/report"'
        )
        found = []
        for uid, raw in self.server.house.letters.items():
            head = raw.partition(b"\r\n\r\n")[0].lower().replace(b"\r\n\t", b" ")
            sender = next(line for line in head.split(b"\r\n") if line.startswith(b"from:"))
            of_a_server = b"mailer-daemon" in sender or b"postmaster" in sender or b"multipart/report" in head
            if of_a_server and uid not in self.server.house.seen:
                found.append(str(uid))
        self.say(" ".join(["* SEARCH", *found]))

    def do_fetch(self, command):
        uid = int(command.split()[2])
        raw = self.server.house.letters.get(uid)
        if raw is None:
            return
        header = "BODY.PEEK[HEADER]" in command
        part = raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if header else raw
        self.server.house.fetched.append((uid, "head" if header else "whole"))
        size = self.server.house.sizes.get(uid, len(raw))
        label = "BODY[HEADER]" if header else "BODY[]"
        self.say(f"* {uid} FETCH (UID {uid} FLAGS () RFC822.SIZE {size} {label} {{{len(part)}}}")
        self.wfile.write(part)
        self.say(")")

    def do_store(self, command):
        uid = int(command.split()[2])
        assert command.endswith("+FLAGS (\\Seen)")
        self.server.house.seen.add(uid)

    def do_logout(self, command):
        self.say("* BYE")


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address, daemon_threads = True, True


class Mailbox:
    """`letters` by number; `seen`, `fetched` and `told` say what was done to them."""

    def __init__(self):
        self.letters: dict[int, bytes] = {}
        self.sizes: dict[int, int] = {}
        self.seen: set[int] = set()
        self.fetched: list[tuple[int, str]] = []
        self.told: list[str] = []
        self.server = Server(("127.0.0.1", 0), Session)
        self.server.house = self
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def put(self, raw: bytes) -> int:
        uid = len(self.letters) + 1
        self.letters[uid] = raw
        return uid

    @property
    def url(self) -> str:
        return f"imap://house:a%20secret@127.0.0.1:{self.server.server_address[1]}/INBOX"

    def close(self):
        self.server.shutdown()
        self.server.server_close()
