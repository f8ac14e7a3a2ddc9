"""What a log line may hold: when, what, of which request; ids and never a name.

Of an error stay its kind and the lines of the program it came through. Its text goes: databases quote rows in it, and
libraries what somebody typed. Sentences of libraries lose their values for the same reason; ours are written with ids.
"""

import contextvars
import datetime as dt
import logging
import os
import re
import secrets
import sys
import time
import traceback
from pathlib import Path

from gunicorn.glogging import Logger
from pythonjsonlogger.json import JsonFormatter

ROOT = Path(__file__).resolve().parent.parent
OURS = ("members", "activities", "attendance", "clubhouse")
# Cards, letters that stop, calendar addresses, and the keys of a new password.
OPENS_BY_ITSELF = re.compile(r"/(welcome|stop|(?<!house/)calendar|key)/[^/\s?\"']+")
PLACE = re.compile(r"%(?:\((\w+)\))?[-#0 +]*\d*(?:\.\d+)?[diouxXeEfFgGcrsa]")
# Of what Celery says about a task: not the error, the traceback, the arguments or what came out.
OF_A_TASK = {"name", "id", "description", "runtime"}

# The request that is being answered: number, method, route.
request_now: contextvars.ContextVar[dict | None] = contextvars.ContextVar("request_now", default=None)


def without_secrets(text: str) -> str:
    return OPENS_BY_ITSELF.sub(r"/\1/...", text)


def sentence(record: logging.LogRecord) -> str:
    """What the record says, without values that may be somebody's."""
    if record.name.split(".")[0] in OURS:
        args = record.args
        if isinstance(args, tuple):
            args = tuple(type(arg).__name__ if isinstance(arg, BaseException) else arg for arg in args)
        return without_secrets(str(record.msg) % args if args else str(record.msg))
    if isinstance(record.msg, BaseException):
        return type(record.msg).__name__
    if record.name.startswith("django.security"):  # the sentence is what somebody sent
        return record.name
    if record.name == "celery.beat" and record.levelno <= logging.INFO:  # names of our own schedule
        return record.getMessage()
    if hasattr(record, "status_code"):  # Django puts the address into it
        return f"answered {record.status_code}"
    error = _error(record)
    text = str(record.msg).replace(str(error), type(error).__name__) if error and str(error) else str(record.msg)
    return without_secrets(_without_values(text, record.args))


def _without_values(text: str, args: object) -> str:
    """Numbers stay, and which task it was; all else that was put into the sentence becomes "..."."""
    rest = iter(args if isinstance(args, tuple) else ())

    def shown(found: re.Match) -> str:
        if found[1] and isinstance(args, dict):
            return str(args.get(found[1], "...")) if found[1] in OF_A_TASK else "..."
        value = next(rest, "...")
        return str(value) if isinstance(value, int | float) else "..."

    return PLACE.sub(shown, text).strip() if args else text


def what_broke(error: BaseException | None) -> list[str]:
    """Kind and places of an error, and of those that led to it, first cause last. Never its text."""
    told: list[str] = []
    while error is not None and len(told) < 5:
        frames = [f"{_place(f.filename)}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)]
        told.append(" < ".join([f"{type(error).__module__}.{type(error).__qualname__}", *reversed(frames[-12:])]))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return told


def _place(file: str) -> str:
    path = Path(file)
    if "site-packages" in path.parts:
        return "/".join(path.parts[path.parts.index("site-packages") + 1 :])
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name


class JsonLine(JsonFormatter):
    """One JSON object a line, for whatever collects logs."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict = {"time": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds")}
        line |= {"level": record.levelname, "logger": record.name, "message": sentence(record)}
        line |= (request_now.get() or {}) | getattr(record, "facts", {})
        if broke := what_broke(_error(record)):
            line["error"] = broke
        return self.serialize_log_record(line)


class WithoutSecrets(logging.Formatter):
    """One line for a keeper who reads along in a terminal; the same facts."""

    def format(self, record: logging.LogRecord) -> str:
        facts = (request_now.get() or {}) | getattr(record, "facts", {})
        record.message, record.asctime = sentence(record), self.formatTime(record, "%H:%M:%S")
        line = self.formatMessage(record)
        if facts:
            line += f" ({' '.join(str(value) for value in facts.values())})"
        return "\n  ".join([line, *what_broke(_error(record))])


def _error(record: logging.LogRecord) -> BaseException | None:
    if isinstance(record.exc_info, tuple):
        return record.exc_info[1]
    named = [arg for arg in record.args if isinstance(arg, BaseException)] if isinstance(record.args, tuple) else []
    return named[0] if named else None


def is_plain() -> bool:
    """LOG_FORMAT says `json` or `plain`; else plain for whoever sits at a terminal, JSON for all else."""
    wanted = os.environ.get("LOG_FORMAT", "")
    return sys.stderr.isatty() if wanted not in {"json", "plain"} else wanted == "plain"


def formatter() -> logging.Formatter:
    return WithoutSecrets("{asctime} {levelname} {name} {message}", style="{") if is_plain() else JsonLine()


class Readable(logging.Filter):
    """In a terminal nobody wants a line for each page that went well."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.name != logger.name or record.levelno > logging.INFO or not is_plain()


class GunicornLogger(Logger):
    """The web server's own words in the same lines."""

    def setup(self, cfg) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(formatter())


class LogMiddleware:
    """One line for each answer: which route, never which address (search words are in it); a role, never a name."""

    QUIET = {"healthz"}

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.number = secrets.token_hex(4)
        facts = {"request": request.number, "method": method_of(request)}
        started, token = time.monotonic(), request_now.set(facts)
        try:
            response = self.get_response(request)
            match = request.resolver_match
            route = (match.view_name or match.route) if match else "none"
            if route not in self.QUIET:
                took = int((time.monotonic() - started) * 1000)
                more = {"route": route, "status": response.status_code, "ms": took, "role": role_of(request)}
                log = logger.error if response.status_code >= 500 else logger.info
                log("answered", extra={"facts": more})
            return response
        finally:
            request_now.reset(token)

    def process_view(self, request, view, args, kwargs):
        facts = request_now.get()
        if facts is not None:
            facts["route"] = request.resolver_match.view_name or request.resolver_match.route


def method_of(request) -> str:
    return request.method if request.method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} else "other"


def role_of(request) -> str:
    """Of whoever was looked up already: a log line asks the database nothing."""
    user = getattr(request, "_cached_user", None)
    if user is not None and user.is_authenticated:
        return str(user.role)
    return "tablet" if getattr(request, "tablet", None) else "nobody"


logger = logging.getLogger("clubhouse.requests")
