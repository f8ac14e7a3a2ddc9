"""Why a backup was not made, or a file not brought back: each with a sentence for the keeper, and nothing changed."""

from members.refusals import Refusal


class NotKept(Refusal):
    """No backup was made."""


class NotBroughtBack(Refusal):
    """Nothing was brought back, and what was there is still there."""


class WrongKey(NotBroughtBack):
    """The key does not open the file."""


class NotWhole(NotBroughtBack):
    """It was cut short, or changed."""


class NoBackupFile(NotBroughtBack):
    """It is something else."""


class Newer(NotBroughtBack):
    """It was made by a newer program."""


class NotEmpty(NotBroughtBack):
    """Somebody lives here already."""


class Busy(NotBroughtBack):
    """Somebody else has a hand on the house."""
