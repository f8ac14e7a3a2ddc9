"""What is done to a house that came back before it takes its place: who was forgotten since is forgotten again.

The ledger is BACKUP_FOLDER/forgotten.jsonl, a line of JSON for each; it is joined from the folder, the backup, a file
that was named and the house that is replaced. Each function gets all lines, in the new house, brought up to date.
"""

from collections.abc import Callable

from attendance import forgetting

Ledger = list[dict]
AFTER_RESTORE: list[Callable[[Ledger], object]] = [forgetting.apply_again]
# Each tells who was forgotten, according to the house that is about to be replaced.
FORGOTTEN_HERE: list[Callable[[], Ledger]] = [forgetting.ledger]
