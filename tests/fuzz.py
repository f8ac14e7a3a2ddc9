"""Requests nobody would send on purpose, and what may not come of them: for tests/test_fuzz.py.

docs/decisions/0055-requests-by-the-thousand.md says what this can see and what it cannot.
"""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import quote, urlencode

from django.apps import apps
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import resolve, reverse
from hypothesis import strategies as st

from clubhouse.front import in_known_letters
from members.models import Member, User
from tests import actors
from tests.actors import ANONYMOUS, DOOR_TABLET, METHODS, Door

CANARY = re.compile("canary", re.IGNORECASE)
WRITES = re.compile(r'\s*(INSERT INTO|INSERT OR IGNORE INTO|UPDATE|DELETE FROM) "(\w+)"', re.IGNORECASE)
LOOKS = {"look_at_member", "take_along"}
SEE_CONTACTS = {actors.STAFF, actors.COORDINATOR, actors.REACH_OUT}  # of others

# -- What is made up ---------------------------------------------------------------------------------------------------

NUMBERS = [
    "0", "-1", "1", "2", "7", "+1", "1.5", "1e9", str(2**31), str(2**63), str(2**63 - 1), "9" * 30, "9" * 400, "٣",
    "½",
]  # fmt: skip
DAYS = [
    "2026-02-30", "0000-00-00", "9999-12-31", "1900-01-01", "2026-1-5", "2026-W53", "2021-W54", "2026-13", "0001-01",
    "2026-12-31_2026-01-01", "2026-11", "2026-11-30", "12/31/2026",
]  # fmt: skip
TIMES = ["25:61", "00:00", "24:00", "9:5", "915", "-1:00", "12", "23:59:59.999999999"]
WORDS = [
    "", " ", "\0", "a\0b", "noor", "on", "true", "None", "null", "[]", "{}", "../../etc/passwd", "%00", "%s%s%n",
    "{{7*7}}", "'; DROP TABLE members_member --", "<script>alert(1)</script>", "\u202eabc", "שלום", "مرحبا", "😀" * 9,
    "\ud800", "a\udfffb", "\uffff", "İ", "ß" * 50, "é", "\r\nSet-Cookie: a=b", "\x1b[0m", "\x7f", "x" * 5000, "=1+1",
    "//evil.example/", "/arrivals/", "javascript:alert(1)", "00000000-0000-0000-0000-000000000000", "-" * 36,
]  # fmt: skip
POOL = NUMBERS + DAYS + TIMES + WORDS
KEYS = (
    "q page day from kind language next other part per ready role show step tasks unit until v which why action key "
    "name member member_no pk form-0-id csrfmiddlewaretoken keep at seen answer words"
).split()
HEADERS = {
    "Accept": ["*/*", "application/json", "text/html;q=oops", "", ";;;", "image/*" * 200],
    "HX-Request": ["true", "false", "\x80"],
    "HX-Target": ["main", "\"'>", "x" * 999],
    "HX-Current-URL": ["http://testserver/", "http://[::1", "//", "\x00"],
    "HX-Boosted": ["true"],
    "HX-Prompt": ["é"],
    "HX-Current-URL-URI-AutoEncoded": ["true"],
    "Accept-Language": ["en", "es", "xx-YY", "*", "en;q=1.0;q=2", "a" * 600, "fi,,;"],
    "Accept-Encoding": ["gzip", "br;q=nan", ""],
    "Referer": ["http://testserver/members/", "http://[", "\xff"],
    "Origin": ["null", "http://evil.example"],
    "Host": ["testserver", "evil.example", "testserver:99999", "[", ""],
    "User-Agent": ["", "x" * 9000, "\x80\x81"],
    "X-Forwarded-For": ["1.2.3.4", "::1, oops", ",", "\x00", "999.999.999.999"],
    "X-Forwarded-Proto": ["https", "ftp"],
    "Range": ["bytes=0-", "bytes=-9999999999", "bytes=9-1", "lines=1-2"],
    "If-Modified-Since": ["yesterday", "Tue, 99 Foo 2026 25:00:00 GMT", "Mon, 01 Jan 0001 00:00:00 GMT"],
    "If-None-Match": ['"x"', "*", "W/", '"'],
    "Content-Length": ["", "abc", "-1"],
    "X-Requested-With": ["XMLHttpRequest"],
    "Authorization": ["Basic !!!!", "Bearer x"],
}
FORM, PARTS = "application/x-www-form-urlencoded", "multipart/form-data; boundary=b0undary"
ODD_TYPES = [
    "application/json", "multipart/form-data", "multipart/form-data; boundary=" + "x" * 300, "text/plain", "",
    FORM + "; charset=klingon", FORM + "; charset=utf-16", "é/é", FORM + "; charset=hex", FORM + "; charset=undefined",
    PARTS + "; charset=punycode",
]  # fmt: skip
A_PART = b"--b0undary\r\nContent-Disposition: form-data"
ODD_BODIES = [
    b"", b"\x00\xff\xfe", b'{"a": ', b"[" * 2000, b"&&==&", b"a=%", b"a=%ff%fe%00", b"a=" + b"b" * 60_000,
    b"&".join(b"k%d=v" % n for n in range(1500)), b"--b0undary\r\n", A_PART + b"\r\n\r\nx",
    A_PART + b'; name="q"\r\nContent-Transfer-Encoding: base64\r\n\r\n!\r\n--b0undary--',
]  # fmt: skip
COOKIES = [
    "sessionid=broken",
    "sessionid=",
    "sessionid=" + "x" * 3000,
    "a=b; =; ;;",
    'sessionid="\\',
    "theme=\xff; language=\x00",
]


@dataclass(frozen=True)
class Odd:
    """One request, as it is to be sent."""

    door: Door
    actor: str
    method: str
    path: str
    body: bytes = b""
    type: str = FORM
    headers: dict[str, str] = field(default_factory=dict)
    cookies: str | None = None  # in place of the actor's own
    with_tablet: bool = False  # a door tablet's cookie beside a person's

    def __str__(self) -> str:
        body = self.body if len(self.body) < 400 else self.body[:400] + b"..."
        return f"{self.method} {self.path} by {self.actor} ({self.type}) {body!r} {self.headers} {self.cookies}"


class Ways:
    """All that is made up about one door, looked up once: what is drawn then is cheap."""

    def __init__(self, world, door: Door):
        self.door = door
        self.path = reverse(door.name, kwargs=door.at(world))
        # What stands around the parts of the address: "/members/", "/door/".
        route = resolve(self.path).route.lstrip("^").rstrip("$").replace("\\", "")
        self.around = ["/" + re.split(r"<[^>]*>", route)[0].lstrip("/"), *re.split(r"<[^>]*>", route)[1:]]
        pks = sorted({str(row.pk) for row in vars(world).values() if isinstance(getattr(row, "pk", None), int)})
        self.texts = st.sampled_from([*pks, *pks, *POOL]) | st.text(max_size=12)
        may = sorted(door.GET | door.POST)
        everybody = sorted(world.clients)
        self.actors = st.sampled_from(everybody + may * (1 + 2 * len(everybody) // max(1, len(may))))
        methods = [*METHODS, "HEAD", "OPTIONS", *["GET"] * 4]
        self.methods = st.sampled_from(methods + ["POST"] * 12 if door.POST else methods)
        self.right = pairs_of(door.data(world))
        self.names = sorted({name for name, _value in self.right}) or ["q"]
        self.missing = st.sampled_from([*self.names, *[""] * (2 * len(self.names))])
        self.changes = st.lists(st.tuples(st.sampled_from(self.names * 3 + KEYS), self.texts), max_size=3)
        self.parts = st.lists(self.texts, min_size=len(self.around) - 1, max_size=len(self.around) - 1)


TENTHS = st.integers(0, 9)
TWENTIETHS = st.integers(0, 19)
QUERIES = st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(POOL)), max_size=3)
SAID = st.lists(st.sampled_from([(name, value) for name in sorted(HEADERS) for value in HEADERS[name]]), max_size=3)
STRANGERS = st.sampled_from([None] * 20 + COOKIES)
NO_FORMS = st.tuples(st.sampled_from(ODD_BODIES), st.sampled_from([FORM, PARTS, *ODD_TYPES]))


def odd_requests(world, doors: list[Door]) -> st.SearchStrategy[Odd]:
    """Each is right in most ways, or it would be turned away before anything could break."""
    return st.sampled_from([Ways(world, door) for door in doors]).flatmap(odd_request)


@st.composite
def odd_request(draw, ways: Ways) -> Odd:
    method = draw(ways.methods)
    body, kind = draw_body(draw, ways) if method not in {"GET", "HEAD"} else (b"", FORM)
    return Odd(
        ways.door,
        draw(ways.actors),
        method,
        draw_path(draw, ways),
        body,
        kind,
        dict(draw(SAID)),
        draw(STRANGERS),
        with_tablet=draw(TWENTIETHS) == 19,
    )


def draw_path(draw, ways: Ways) -> str:
    """The right address, or one with made-up parts, and perhaps a query."""
    path = ways.path
    if len(ways.around) > 1 and draw(TENTHS) > 6:
        made_up = [*map(quote_all, draw(ways.parts)), ""]
        path = "".join(before + part for before, part in zip(ways.around, made_up, strict=True))
    if draw(TENTHS) > 6:
        path += "?" + urlencode(draw(QUERIES), errors="surrogatepass")
    return path


def draw_body(draw, ways: Ways) -> tuple[bytes, str]:
    """The right form with some of it changed, twice there, missing, or more; now and then no form at all."""
    how = draw(TENTHS)
    if how == 9:
        return draw(NO_FORMS)
    changed = draw(ways.changes)
    left_out = {draw(ways.missing), *(name for name, _value in changed if how % 2)}
    pairs = [(name, value) for name, value in ways.right if name not in left_out] + changed
    if how > 6:
        return in_parts(pairs), PARTS
    plain = [(name, value) for name, value in pairs if isinstance(value, str)]
    return urlencode(plain, errors="surrogatepass").encode(), FORM


def quote_all(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def pairs_of(data: dict) -> list[tuple[str, Any]]:
    """Name and value of each field; a file stays what it is."""
    pairs = []
    for name, value in data.items():
        for one in value if isinstance(value, list | tuple) else [value]:
            pairs.append((name, one.read() if hasattr(one, "read") else one if isinstance(one, bytes) else str(one)))
    return pairs


def in_parts(pairs: list[tuple[str, Any]]) -> bytes:
    lines = []
    for name, value in pairs:
        is_file = isinstance(value, bytes)
        head = f'Content-Disposition: form-data; name="{name}"' + ('; filename="a.csv"' if is_file else "")
        content = value if is_file else value.encode("utf-8", "surrogatepass")
        lines += [b"--b0undary", head.encode(), b"", content]
    return b"\r\n".join([*lines, b"--b0undary--", b""])


# -- What may not come of it -------------------------------------------------------------------------------------------


class Watch:
    """Which tables statements wrote to, as the database counted rows."""

    def __init__(self) -> None:
        self.tables: set[str] = set()

    def __call__(self, execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        # SQLite counts the rows of an INSERT that answers some when they are read.
        if (write := WRITES.match(sql)) and (write[1].upper().startswith("INSERT") or context["cursor"].rowcount):
            self.tables.add(write[2])
        return result


MODELS = [
    model
    for app in ("members", "activities", "attendance")
    for model in apps.get_app_config(app).get_models(include_auto_created=True)
]


def digest(tables: set[str] | None = None) -> Counter:
    """What stands in our tables, or in these; but when a tablet was seen, which every request of one tells."""
    rows = Counter()
    for model in MODELS:
        if tables is None or model._meta.db_table in tables:
            columns = [column.attname for column in model._meta.concrete_fields if column.attname != "seen_at"]
            rows.update((model._meta.label, *map(str, row)) for row in model._default_manager.values_list(*columns))
    return rows


class House:
    """The house that is asked, what it holds, and how often each door was tried."""

    def __init__(self, world):
        self.world, self.tried = world, Counter()
        self.contacts: dict[int, tuple[str, ...]] = {}
        for member in Member.objects.all():
            words = (f"555-{member.pk:04}-99", f"box-{member.pk:04}@example.org", f"House {member.pk:04} Hidden Road")
            Member.objects.filter(pk=member.pk).update(phone=words[0], email=words[1], address=words[2])
            self.contacts[member.pk] = words
        self.people = dict(User.objects.exclude(member=None).values_list("pk", "member"))
        self.own = {
            actor: self.people.get(int(c.session.get("_auth_user_id", 0))) for actor, c in world.clients.items()
        }
        self.before = digest()

    def wrong_with(self, odd: Odd) -> list[str]:
        """What came of it that may not; the house is as before afterwards."""
        self.tried[odd.door.name] += 1
        client = self.world.clients[odd.actor]
        with self.as_it_was(client, odd), transaction.atomic():
            watch = Watch()
            try:
                with connection.execute_wrapper(watch):
                    answer = send(client, odd)
                    body = body_of(answer)
            except Exception as error:
                transaction.set_rollback(True)
                return [f"{type(error).__name__}: {error}"]
            wrong = [*self.said(odd, answer, body), *self.changed(odd, answer, watch)]
            transaction.set_rollback(True)
        return wrong

    def said(self, odd: Odd, answer: HttpResponse, body: str) -> Iterator[str]:
        if answer.status_code >= 500 and odd.door.name != "healthz":
            yield f"answered {answer.status_code}"
        is_denied = self.is_denied(odd, answer)
        if is_denied and answer.status_code == 200 and not odd.door.library and odd.method != "OPTIONS":
            yield "let in"
        if is_denied and CANARY.search(body):
            yield "shows a name to who may not enter"
        if odd.actor not in SEE_CONTACTS:
            others = [pk for pk in self.contacts if pk != self.own[odd.actor]]
            if any(word in body for pk in others for word in self.contacts[pk]):
                yield "shows how to be in touch with somebody else"

    def changed(self, odd: Odd, answer: HttpResponse, watch: Watch) -> Iterator[str]:
        reads = odd.method in {"GET", "HEAD", "OPTIONS"}
        is_denied = self.is_denied(odd, answer)
        if not (watch.tables and (reads or is_denied)):
            return
        after = digest(watch.tables)
        names = {label_of(table) for table in watch.tables}
        before = Counter({row: times for row, times in self.before.items() if row[0] in names})
        odd_rows = [row for row in (after - before) | (before - after) if is_denied or not is_a_look(row)]
        if odd_rows:
            yield f"changed {odd_rows[:3]}"

    def is_denied(self, odd: Odd, answer: HttpResponse) -> bool:
        """Whether this person may not do this here. What a stranger's cookie is worth, the house knows."""
        may = getattr(odd.door, "GET" if odd.method == "HEAD" else odd.method, actors.NOBODY)
        who = ANONYMOUS if odd.cookies is not None else odd.actor
        return who not in may and not odd.with_tablet or answer.status_code in {401, 403, 405}

    @contextmanager
    def as_it_was(self, client: Client, odd: Odd) -> Iterator[None]:
        kept = dict(client.cookies)
        if odd.cookies is not None:
            client.cookies.clear()
        if odd.with_tablet:
            client.cookies.update(self.world.clients[DOOR_TABLET].cookies)
        yield
        client.cookies = SimpleCookie()
        client.cookies.update(kept)


def send(client: Client, odd: Odd) -> HttpResponse:
    extra = {} if odd.cookies is None else {"HTTP_COOKIE": odd.cookies}
    extra |= {"HTTP_" + name.upper().replace("-", "_"): value for name, value in odd.headers.items()}
    if "HTTP_CONTENT_LENGTH" in extra:
        extra["CONTENT_LENGTH"] = extra.pop("HTTP_CONTENT_LENGTH")
    return client.generic(odd.method, odd.path, odd.body, content_type=in_known_letters(odd.type), **extra)


def body_of(answer: HttpResponse) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode(errors="replace") + str(dict(answer.headers))


def is_a_look(row: tuple[str, ...]) -> bool:
    """A record that somebody looked, and the end of the chain with it."""
    return row[0] == "members.AuditHead" or row[0] == "members.AuditRecord" and not LOOKS.isdisjoint(row)


def label_of(table: str) -> str:
    return next((model._meta.label for model in MODELS if model._meta.db_table == table), table)
