"""The lock on a backup: the age format with a passphrase, which the tool `age` opens too."""

import pyrage
from django.utils.translation import gettext as _

from clubhouse.keeping.refusals import NoBackupFile, NotWhole, WrongKey

BEGINS = b"age-encryption.org/v1\n"


def seal(content: bytes, key: str) -> bytes:
    return pyrage.passphrase.encrypt(content, key)


def unseal(sealed: bytes, key: str) -> bytes:
    """Raises `NoBackupFile`, `WrongKey` or `NotWhole`."""
    if not sealed.startswith(BEGINS):
        raise NoBackupFile(_("This file is not a backup of a house, or it is damaged at its very beginning."))
    try:
        return pyrage.passphrase.decrypt(sealed, key)
    except pyrage.DecryptError as error:
        if str(error) == "Decryption failed":
            raise WrongKey(_("The key does not open this file. Take the key that the house had then.")) from None
        raise NotWhole(_("This file is damaged: it was cut short or changed. Take another backup.")) from None
