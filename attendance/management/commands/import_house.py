from pathlib import Path

from django.core.management.base import BaseCommand

from attendance.actions.import_house import HouseNotImported, Outcome, import_house
from attendance.sheets import FILES, Problem
from members.refusals import Refusal

MOST_LINES = 200  # of problems or kept rows on a screen; the rest is counted


class Command(BaseCommand):
    help = "Bring in a house's spreadsheets (members, calendar, visits, guests, reach_outs): all of them or nothing."

    def add_arguments(self, parser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path, help="folder with the CSV files")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")

    def handle(self, *, folder: Path, dry_run: bool, **options) -> None:
        try:
            outcome = import_house(files=self.read(folder), by=None, dry_run=dry_run)
        except HouseNotImported as refusal:
            self.say(refusal.outcome.problems, self.stderr)
            self.stop(str(refusal))
        except Refusal as refusal:
            self.stop(str(refusal))
        else:
            self.sum_up(outcome, dry_run)

    def read(self, folder: Path) -> dict[str, bytes]:
        files = {}
        if not folder.is_dir():
            self.stop(f"{folder} is not a folder.")
        for name in FILES:
            try:
                files[name] = (folder / name).read_bytes()
            except FileNotFoundError:
                continue
            except OSError as error:
                self.stop(f"{name}:1: the file cannot be opened ({error.strerror})")
        return files

    def sum_up(self, outcome: Outcome, dry_run: bool) -> None:
        if dry_run:
            self.stdout.write("Dry run: nothing was stored. This is what would happen:")
        for file, count in outcome.counts.items():
            self.stdout.write(f"{file}: {count.new} new, {count.changed} changed, {count.same} same, {count.kept} kept")
        if outcome.new_units:
            self.stdout.write(f"units: {len(outcome.new_units)} new ({', '.join(outcome.new_units)})")
        if outcome.kept:
            self.stdout.write("Kept as the house has them:")
            self.say(outcome.kept, self.stdout)

    def say(self, lines: list[Problem], stream) -> None:
        for line in lines[:MOST_LINES]:
            stream.write(str(line))
        if len(lines) > MOST_LINES:
            stream.write(f"... and {len(lines) - MOST_LINES} more.")

    def stop(self, sentence: str) -> None:
        self.stderr.write(sentence)
        raise SystemExit(1)
