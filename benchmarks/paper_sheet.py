"""How long a paper sheet of 30 people takes to type in, in Chromium, on a roll of 300.

    .venv/bin/python benchmarks/paper_sheet.py

The keys are counted in the browser; a hand is reckoned at 280 milliseconds a key, reading the sheet included (about 40
words a minute, slower than most who type every day). The machine's time is measured and added. It may take 240 s.
"""

import datetime as dt
import shutil
import time

from playwright.sync_api import Page, sync_playwright
from reception import CHROMIUM, FOLDER, fill, serve, session

from attendance.models import Visit
from attendance.search import whom
from members.models import House, Member

PEOPLE, HAND = 30, 0.28


def as_typed(member: Member) -> str:
    """As few letters of a name as mean this person alone; of namesakes the number, as it stands on the sheet."""
    name = f"{member.first_name} {member.last_name}".lower().split()
    for first in range(1, len(name[0]) + 1):
        for last in range(0, 4):
            words = " ".join([name[0][:first], *(part[:last] for part in name[1:] if last)])
            if whom(words).sure == member:
                return words
    return member.member_no


def type_in(page: Page, day: dt.date, rows: list[tuple[str, str, str]]) -> tuple[int, float]:
    """Keys, and the seconds from the first one until the last row is saved, when no hand has to be waited for."""
    page.goto(f"/arrivals/{day}/paper/")
    page.locator("[name=who]").first.wait_for()
    page.evaluate("addEventListener('keydown', () => { window.keys = (window.keys || 0) + 1 }, true)")
    began = time.perf_counter()
    for who, arrived, left in rows:
        for text, end in ((who, "Tab"), (arrived, "Tab"), (left, "Enter")):
            page.keyboard.type(text)
            page.keyboard.press(end)
    page.locator(f"#paper-rows > .is-saved >> nth={len(rows) - 1}").wait_for()
    return page.evaluate("keys"), time.perf_counter() - began


def main() -> None:
    fill()
    server, url = serve()
    try:
        people = list(Member.objects.welcome().order_by("pk")[:300][::10])
        yesterday = House.objects.current().day_of(dt.datetime.now(dt.UTC)) - dt.timedelta(days=1)
        rows = [(as_typed(one), f"{8 + n % 2}{n % 60:02}", f"{1 + n % 4}{n % 60:02}") for n, one in enumerate(people)]
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
            context = browser.new_context(base_url=url, viewport={"width": 1280, "height": 860})
            context.add_cookies([{"name": "sessionid", "value": session(), "url": url}])
            keys, machine = type_in(context.new_page(), yesterday, rows)
            browser.close()
        stored = Visit.objects.filter(day=yesterday, source=Visit.Source.PAPER, ending=Visit.Ending.KNOWN).count()
        print(f"{stored} of {PEOPLE} people stored; {keys / PEOPLE:.1f} keys a person, with Tab and Enter")
        print(f"hand {keys * HAND:.0f} s at {HAND * 1000:.0f} ms a key + machine {machine:.1f} s = ", end="")
        print(f"{keys * HAND + machine:.0f} s for the sheet (may take 240 s)")
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(FOLDER, ignore_errors=True)


if __name__ == "__main__":
    main()
