"""What can happen to a visit. `import_house.py` brings in a house's spreadsheets."""

from attendance.actions.batches import BatchUndone, batch_key, undo_batch
from attendance.actions.closing import Closed, Leaving, NoEstimates, NotAllLeft, close_day
from attendance.actions.corrections import (
    AlreadyAnswered,
    HereTwice,
    TooManyQuestions,
    answer_correction,
    confirm_visit,
    correct_visit,
    request_correction,
    settle_leaving,
)
from attendance.actions.guests import CountedMeanwhile, TooManyGuests, count_guests
from attendance.actions.mark_myself import NotMine, change_mine, say_here, say_leaving, take_back
from attendance.actions.marks import DayNotCome, KeyAlreadyUsed, TooManyAtOnce
from attendance.actions.merges import (
    HasSignIn,
    MergedAgainSince,
    MergedAlready,
    SameEntry,
    merge_members,
    undo_merge,
    undoable_merge,
)
from attendance.actions.paper import InTheBookAlready, log_paper
from attendance.actions.removals import NoLongerHere, NothingRemoved, TwoAtOnce, remove_visit, restore_visit
from attendance.actions.several import Batch, everyone_out, log_several
from attendance.actions.visits import (
    ChangedSince,
    LeftBeforeArriving,
    NotHere,
    NothingToUndo,
    SameVisitTwice,
    TimeNeeded,
    ToldOtherwise,
    change_visit,
    log_arrival,
    log_leaving,
    undo_mark,
)
from attendance.actions.walk_ins import add_walk_in

__all__ = [
    "AlreadyAnswered",
    "Batch",
    "BatchUndone",
    "ChangedSince",
    "Closed",
    "CountedMeanwhile",
    "DayNotCome",
    "HasSignIn",
    "HereTwice",
    "InTheBookAlready",
    "KeyAlreadyUsed",
    "Leaving",
    "LeftBeforeArriving",
    "NoEstimates",
    "MergedAgainSince",
    "MergedAlready",
    "NoLongerHere",
    "NotAllLeft",
    "NotHere",
    "NotMine",
    "NothingRemoved",
    "NothingToUndo",
    "SameEntry",
    "SameVisitTwice",
    "TimeNeeded",
    "ToldOtherwise",
    "TooManyAtOnce",
    "TooManyGuests",
    "TooManyQuestions",
    "TwoAtOnce",
    "add_walk_in",
    "answer_correction",
    "batch_key",
    "change_mine",
    "change_visit",
    "close_day",
    "confirm_visit",
    "correct_visit",
    "count_guests",
    "everyone_out",
    "log_arrival",
    "log_leaving",
    "log_paper",
    "log_several",
    "merge_members",
    "remove_visit",
    "request_correction",
    "restore_visit",
    "undo_batch",
    "say_here",
    "say_leaving",
    "settle_leaving",
    "take_back",
    "undo_mark",
    "undo_merge",
    "undoable_merge",
]
