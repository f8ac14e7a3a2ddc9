"""One house that answers at the desk, measured from inside: `arrivals.py` starts two of these and compares them.

Reads orders from stdin, a line each: `time JOB` is answered with milliseconds, `count JOB` with the number of
statements on application tables (without those of the session, of signing in and of transactions).
It is always Tuesday morning, 17 November 2026, with twenty people here and five gone again.
"""

import datetime as dt
import gc
import itertools
import json
import os
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clubhouse.settings")

import django

django.setup()

import time_machine
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.db import connection, models
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import path
from django.utils import timezone

from attendance.day_sheet import Person, day_sheet
from attendance.models import Mark, Visit
from attendance.search import find_members
from clubhouse.urls import urlpatterns as addresses_of_the_house
from members.models import House, Member, Role, Staff, User, fold

TUESDAY = dt.date(2026, 11, 17)
MORNING = dt.datetime(2026, 11, 17, 15, 30, tzinfo=dt.UTC)  # 10:30 in Detroit
HERE, GONE = 20, 5
PLAIN_FILES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
APART = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")
SIGNING_IN = ('"django_session"', 'FROM "members_user"', 'FROM "mfa_authenticator"')


class BareRow(models.Model):
    member_no = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        app_label = "attendance"
        managed = False


def bare(request: HttpRequest) -> HttpResponse:
    """The least that Django can do to keep something: one row."""
    BareRow.objects.create(member_no=request.POST["member_no"], at=timezone.now())
    return HttpResponse("Saved.")


urlpatterns = [path("bare/", bare), *addresses_of_the_house]


def open_house() -> House:
    call_command("migrate", verbosity=0)
    if not Member.objects.exists():
        call_command("import_house", str(ROOT / "tests" / "data" / "maple-street"), stdout=sys.stderr)
        if connection.vendor == "postgresql":  # what its autovacuum does by itself
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")
    if BareRow._meta.db_table not in connection.introspection.table_names():
        with connection.schema_editor() as editor:
            editor.create_model(BareRow)
    return House.objects.current()


def sign_in() -> Client:
    """Sam's browser."""
    user, is_new = User.objects.get_or_create(username="sam-who-measures", defaults={"role": Role.STAFF})
    if is_new:
        Staff.objects.create(first_name="Sam", user=user)
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend="members.sign_in.Backend")
    return client


class Desk:
    def __init__(self, house: House) -> None:
        self.house = house
        self.clear()
        self.sam = sign_in()
        groups = day_sheet(TUESDAY, house, timezone.now()).groups
        first, waiting = groups["expected"][:HERE], groups["expected"][HERE:]
        for person in first:
            self.tap(person, "arrive")
        for person in first[:GONE]:
            self.tap(person, "leave")
        self.next_person = itertools.cycle(waiting)
        long_names = Member.objects.welcome().filter(last_name__regex="^[A-Z][a-z]{6}").order_by("-pk")
        self.somebody = next(one for one in long_names if find_members(one.full_name).members == [one])
        self.groups = {state: len(people) for state, people in day_sheet(TUESDAY, house, timezone.now()).groups.items()}

    def clear(self, **of_whom) -> None:
        """Nobody was here today; the audit records stay."""
        Mark.objects.filter(day=TUESDAY, **of_whom).delete()
        Visit.objects.filter(day=TUESDAY, **of_whom).delete()

    def tap(self, person: Person, action: str, **headers) -> HttpResponse:
        data = {"key": str(uuid.uuid4()), "member_no": person.member_no, "action": action}
        return self.sam.post(f"/arrivals/{TUESDAY}/log/", data, headers=headers)

    # -- what is measured: each job returns what to time, and how to make it undone -------------------------------

    def page(self) -> Callable:
        return lambda: self.sam.get("/arrivals/")

    def arrive(self, **headers) -> Callable:
        person = next(self.next_person)
        self.undo = lambda: self.clear(member=person.pk)
        return lambda: self.tap(person, "arrive", **headers)

    def arrive_htmx(self) -> Callable:
        return self.arrive(HX_Request="true")

    def arrive_from_the_queue(self) -> Callable:
        """As a tablet sends a tap that waited on it; see static/js/queue.js."""
        person = next(self.next_person)
        self.undo = lambda: self.clear(member=person.pk)
        now = timezone.now()
        tapped_at, sent_at = (now - dt.timedelta(seconds=20)).isoformat(), now.isoformat()
        data = {"key": str(uuid.uuid4()), "member_id": person.pk, "action": "arrive", "kind": ""}
        data |= {"tapped_at": tapped_at, "sent_at": sent_at}
        return lambda: self.sam.post(f"/arrivals/{TUESDAY}/log/", data, headers={"X-Queued": "1"})

    def leave(self) -> Callable:
        person = next(self.next_person)
        self.tap(person, "arrive")
        self.undo = lambda: self.clear(member=person.pk)
        return lambda: self.tap(person, "leave", HX_Request="true")

    def ask(self) -> Callable:
        """What an open page asks every few seconds, and the answer when nothing is new."""
        version = self.sam.get("/arrivals/now/")["X-Version"]
        return lambda: self.sam.get("/arrivals/now/", {"v": version}, headers={"X-Polling": "1"})

    def search(self, slip: bool = False) -> Callable:
        """By the two names of somebody; the family name perhaps with two letters swapped."""
        first_name, last_name = self.somebody.first_name, fold(self.somebody.last_name)
        if slip:
            last_name = last_name[0] + last_name[2] + last_name[1] + last_name[3:]
        words = {"q": f"{first_name} {last_name}"}
        return lambda: self.sam.post("/arrivals/", words, headers={"HX-Request": "true"})

    def guess(self) -> Callable:
        return self.search(slip=True)

    def bare(self) -> Callable:
        return lambda: self.sam.post("/bare/", {"member_no": "M0001"})

    def bare_alone(self) -> Callable:
        stranger = Client(SERVER_NAME="localhost")
        with override_settings(MIDDLEWARE=[]):
            stranger.handler.load_middleware()
        return lambda: stranger.post("/bare/", {"member_no": "M0001"})

    def measure(self, what: str, job: str) -> float:
        self.undo = lambda: None
        work = getattr(self, job)()
        gc.collect()
        answer, found = getattr(self, what)(work)
        if answer.status_code not in (200, 204, 302):
            raise SystemExit(f"{job} was answered with {answer.status_code}")
        self.undo()
        return found

    def time(self, work: Callable) -> tuple[HttpResponse, float]:
        started = time.perf_counter()
        answer = work()
        return answer, (time.perf_counter() - started) * 1000

    def count(self, work: Callable) -> tuple[HttpResponse, int]:
        with CaptureQueriesContext(connection) as captured:
            answer = work()
        sql = [query["sql"] for query in captured.captured_queries]
        counted = [one for one in sql if not one.startswith(APART) and not any(words in one for words in SIGNING_IN)]
        return answer, len(counted)


def main() -> None:
    with override_settings(STORAGES=PLAIN_FILES, ROOT_URLCONF=__name__):
        house = open_house()
        with time_machine.travel(MORNING, tick=True), timezone.override(house.zone):
            desk = Desk(house)
            about = {"vendor": connection.vendor, "roll": Member.objects.count(), "visits": Visit.objects.count()}
            print(json.dumps(about | {"shown": desk.groups}), flush=True)
            gc.disable()
            for line in sys.stdin:
                print(json.dumps(desk.measure(*line.split())), flush=True)
            desk.clear()


if __name__ == "__main__":
    main()
