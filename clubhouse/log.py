"""What a log line may hold. An address that opens a door by itself is a secret, wherever it is written."""

import logging
import re

# Cards, letters that stop, calendar addresses, and the keys of a new password.
OPENS_BY_ITSELF = re.compile(r"/(welcome|stop|(?<!house/)calendar|key)/[^/\s?\"']+")


def without_secrets(text: str) -> str:
    return OPENS_BY_ITSELF.sub(r"/\1/...", text)


class WithoutSecrets(logging.Formatter):
    """Formats a line, then takes such addresses out of all of it: of a sentence, its values, and a traceback."""

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))
