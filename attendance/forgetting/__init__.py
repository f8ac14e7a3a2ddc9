"""Forgetting somebody who asked for it: what goes, what stays, and that it holds after a restore, too.

What becomes of each column says `class Privacy` of its model (`fates.py`). docs/decisions/0052-what-goes-what-stays.md.
"""

from attendance.forgetting.again import apply_again
from attendance.forgetting.book import ledger

__all__ = ["apply_again", "ledger"]
