"""What the arrivals page and one arrival cost in a large house, against maple-street with as many people shown.

    benchmarks/arrivals.py SMALL LARGE [ROUNDS]

SMALL and LARGE are addresses of scratch databases: an empty one, and one that `large_house.py` filled. Two processes
answer in turns, one for each house, so that whatever else the machine does meets both. Statements are counted without
those of the session, of signing in and of transactions.
"""

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

ONE_HOUSE = Path(__file__).with_name("one_house.py")
JOBS = {
    "page": "the arrivals page",
    "arrive": "one arrival, plain",
    "arrive_htmx": "one arrival, htmx",
    "arrive_from_the_queue": "one arrival, queued",
    "leave": "one leaving, htmx",
    "ask": "is there anything new?",
    "search": "search: found",
    "guess": "search: a guess",
    "bare": "bare view",
    "bare_alone": "bare view alone",
}
WARM_UP = 5


class Process:
    """One house; see one_house.py."""

    def __init__(self, url: str) -> None:
        env = os.environ | {"DATABASE_URL": url}
        self.process = subprocess.Popen(
            [sys.executable, ONE_HOUSE], env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.about = json.loads(self.process.stdout.readline())

    def measure(self, what: str, job: str) -> float:
        print(what, job, file=self.process.stdin, flush=True)
        return json.loads(self.process.stdout.readline())

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def main(small_url: str, large_url: str, rounds: int = 100) -> None:
    houses = [Process(small_url), Process(large_url)]
    try:
        for about in (house.about for house in houses):
            print("{vendor}: a roll of {roll:,}, {visits:,} visits; shown: {shown}".format(**about), flush=True)
        if houses[0].about["shown"] != houses[1].about["shown"]:
            raise SystemExit("Not as many people are shown: the two cannot be compared.")
        took: dict[str, tuple[list, list]] = {job: ([], []) for job in JOBS}
        for number in range(WARM_UP + rounds):
            for job in JOBS:
                for position in (0, 1) if number % 2 else (1, 0):
                    milliseconds = houses[position].measure("time", job)
                    if number >= WARM_UP:
                        took[job][position].append(milliseconds)
        counts = {job: [house.measure("count", job) for house in houses] for job in JOBS}
    finally:
        for house in houses:
            house.close()
    tell(took, counts)


def tell(took: dict[str, tuple[list, list]], counts: dict[str, list]) -> None:
    """Medians; and the quickest tenth, which says more on a machine that does other things as well."""
    medians = {job: [statistics.median(times) for times in both] for job, both in took.items()}
    tenths = {job: [statistics.quantiles(times, n=10)[0] for times in both] for job, both in took.items()}
    print(f"\n{len(took['page'][0])} rounds{'statements':>27}{'large / small':>25}{'small / bare view':>20}{'ms':>17}")
    print(f"{'':37}{'median':>14}{'quickest':>11}{'all':>12}{'alone':>8}{'small':>10}{'large':>8}")
    for job, words in JOBS.items():
        small, large = medians[job]
        statements = " / ".join(map(str, counts[job]))
        ratios = f"{large / small:>14.2f}{tenths[job][1] / tenths[job][0]:>11.2f}"
        to_bare = "".join(f"{small / medians[name][0]:>{wide}.1f}" for name, wide in (("bare", 12), ("bare_alone", 8)))
        print(f"{words:25}{statements:>12}{ratios}{to_bare}{small:>10.1f}{large:>8.1f}")
    print("\nbare view: it stores one row. all: behind all the middleware, signed in. alone: without any.")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    main(*sys.argv[1:3], *map(int, sys.argv[3:4]))
