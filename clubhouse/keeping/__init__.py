"""Backups of the whole house, bringing one back, and the proof that it can be: `backup`, `restore`, `try_newest`.

`archive` is what stands in a file, `sealing` its lock, `tables` and `sequences` rows out and in, `houses` a database
that takes the place of the default one for a while, `scratch` a house built beside.
"""

from clubhouse.keeping.bringing_back import BroughtBack, restore
from clubhouse.keeping.folder import age, newest_good
from clubhouse.keeping.making import backup
from clubhouse.keeping.moving import move_house
from clubhouse.keeping.refusals import NotBroughtBack, NotKept
from clubhouse.keeping.schedule import back_up_now, for_page, make_due_backup, problem, try_newest

NoBackup = NotKept
__all__ = [
    "BroughtBack",
    "NoBackup",
    "NotBroughtBack",
    "NotKept",
    "age",
    "back_up_now",
    "backup",
    "for_page",
    "make_due_backup",
    "move_house",
    "newest_good",
    "problem",
    "restore",
    "try_newest",
]
