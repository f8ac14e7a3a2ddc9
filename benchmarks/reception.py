"""How fast reception is, in Chromium at tablet size: 30 expected people by touch, a roll of 300 by keyboard.

    .venv/bin/python benchmarks/reception.py

Makes a scratch house of its own and a web server (gunicorn, as the house runs it). What is printed is the machine's
time: of the three seconds a person may take, it leaves the rest to the eye and the finger.
"""

import datetime as dt
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from io import StringIO
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
FOLDER = tempfile.mkdtemp(prefix="reception-")
os.environ["DJANGO_SETTINGS_MODULE"] = "clubhouse.settings"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
os.environ |= {"DATA_DIR": FOLDER, "SECRET_KEY": "benchmark" * 8, "DEMO": "0", "ALLOWED_HOSTS": "localhost"}

import django

django.setup()

from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, sync_playwright

from activities.models import SignUp
from attendance.models import Mark, Visit
from members.models import House, Member, User
from tests import make

MAPLE_STREET = ROOT / "tests" / "data" / "maple-street"
EXPECTED, ON_THE_ROLL = 30, 300
CHROMIUM = os.environ.get("TEST_BROWSER") or shutil.which("chromium") or shutil.which("google-chrome")
# When a pointer goes down on a tile, and when the tile shows its new state on the screen.
WATCH = """() => {
  window.feedback = [];
  let down = 0;
  document.addEventListener("pointerdown", () => { down = performance.now(); }, true);
  document.addEventListener("keydown", (event) => { if (event.key === "Enter") down = performance.now(); }, true);
  new MutationObserver((changes) => {
    if (!down || !changes.some((change) => change.attributeName === "data-state")) return;
    const began = down;
    down = 0;
    requestAnimationFrame(() => setTimeout(() => window.feedback.push(performance.now() - began)));
  }).observe(document.getElementById("people"), { attributes: true, subtree: true, attributeFilter: ["data-state"] });
}"""


def fill() -> None:
    """Maple Street's people: 300 on the roll, 30 of them signed up for today."""
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    call_command("import_house", str(MAPLE_STREET), stdout=StringIO())
    Visit.objects.filter(day__gte=timezone.localdate() - dt.timedelta(days=40)).delete()
    people = list(Member.objects.welcome().order_by("pk")[:ON_THE_ROLL])
    today = House.objects.current().day_of(timezone.now())
    sam = make.account(make.staff("Sam Rivers"), username="sam")
    lunch = make.task("Lunch for 50", day=today, places=EXPECTED)
    for member in people[:: ON_THE_ROLL // EXPECTED][:EXPECTED]:
        SignUp.objects.create(task=lunch, member=member, at=timezone.now(), by=sam)


def session() -> str:
    client = Client()
    client.force_login(User.objects.get(username="sam"), backend="members.sign_in.Backend")
    return client.cookies["sessionid"].value


def serve() -> tuple[subprocess.Popen, str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "clubhouse.wsgi:application", "--log-level", "warning"]
    command += ["--worker-class", "gthread", "--workers", "1", "--threads", "8", "--bind", f"127.0.0.1:{port}"]
    server = subprocess.Popen(command, cwd=ROOT)
    for _ in range(100):
        try:
            request = urllib.request.Request(f"http://127.0.0.1:{port}/healthz", headers={"Host": "localhost"})
            urllib.request.urlopen(request, timeout=1)
            break
        except OSError:
            time.sleep(0.1)
    return server, f"http://localhost:{port}"


def all_saved(page: Page) -> None:
    page.wait_for_function("() => document.getElementById('saved').dataset.saved === 'all'")


def by_touch(page: Page) -> None:
    page.goto("/arrivals/")
    page.evaluate(WATCH)
    tiles = page.locator("[data-state=expected]")
    people = [tile.get_attribute("id") for tile in tiles.all()]
    spent = []
    for person in people:
        button = page.locator(f"#{person} .is-arrive")
        began = time.perf_counter()
        button.tap()
        page.locator(f"#{person}[data-state=here]").wait_for()
        spent.append(time.perf_counter() - began)
    first = page.locator(f"#{people[-1]} .is-leave")
    first.tap()  # within five seconds: the slip of a nervous finger
    page.wait_for_timeout(300)
    all_saved(page)
    here, marks = Visit.objects.here_now().count(), Mark.objects.count()
    feedback = page.evaluate("feedback")
    print(f"by touch: {len(people)} expected people, {marks} marks stored, {here} here; one tap each")
    print(f"  machine time a person: median {statistics.median(spent) * 1000:.0f} ms, worst {max(spent) * 1000:.0f} ms")
    print(
        f"  tap to new state on the screen: median {statistics.median(feedback):.0f} ms, worst {max(feedback):.0f} ms"
    )
    print(f"  a second tap within 5 s: {'did nothing' if (here, marks) == (len(people),) * 2 else 'CHANGED SOMETHING'}")


def names_typed(member: Member) -> list[str]:
    """What people type to find somebody: the name they use, or the family name, or both."""
    first, last = member.known_as, member.last_name
    return [text for text in (first, last, f"{first[:1]} {last}" if last else "") if text]


def keystrokes(page: Page, member: Member) -> int:
    """Types one name letter by letter until Enter would mark this person, then presses Enter. 0: never alone."""
    for text in names_typed(member):
        page.locator("#q").fill("")
        page.locator("#q").focus()
        for count, letter in enumerate(text, start=1):
            with page.expect_response(lambda answer: answer.request.method == "POST" and "/log/" not in answer.url):
                page.keyboard.type(letter)
            page.wait_for_timeout(5)
            if page.locator(f"[data-only-match] #person-{member.pk}.is-match").count():
                page.keyboard.press("Enter")
                page.locator(f"#person-{member.pk}[data-state=here]").wait_for()
                return count + 1
    return 0


def by_keyboard(page: Page) -> None:
    page.goto("/arrivals/")
    page.evaluate(WATCH)
    people = [one for one in Member.objects.welcome().order_by("pk")[:ON_THE_ROLL] if one.pk % 5 == 0]
    people = [one for one in people if not Visit.objects.here_now().filter(member=one).exists()]
    counts = [keystrokes(page, member) for member in people]
    feedback = page.evaluate("feedback")
    found = [count for count in counts if count]
    print(
        f"by keyboard, a roll of {ON_THE_ROLL}: {len(found)} of {len(people)} people marked by letters and Enter alone"
    )
    print(f"  keystrokes with Enter: median {statistics.median(found)}, worst {max(found)}")
    print(f"  Enter to new state: median {statistics.median(feedback):.0f} ms, worst {max(feedback):.0f} ms")
    print(f"  namesakes who need an arrow or more letters: {len(people) - len(found)}")


def main() -> None:
    fill()
    server, url = serve()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
            context = browser.new_context(base_url=url, viewport={"width": 820, "height": 1180}, has_touch=True)
            context.add_cookies([{"name": "sessionid", "value": session(), "url": url}])
            page = context.new_page()
            by_touch(page)
            by_keyboard(page)
            browser.close()
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(FOLDER, ignore_errors=True)


if __name__ == "__main__":
    main()
