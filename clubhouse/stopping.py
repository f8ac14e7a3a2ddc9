"""Whether the worker was asked to end: what takes long asks between two steps, and leaves the rest for next time."""

import mmap

# Of all the processes that a worker forks: only the first of them hears the signal, and their tasks run in the others.
_asked = mmap.mmap(-1, 1)


def ask() -> None:
    _asked[0] = 1


def asked() -> bool:
    return _asked[0] == 1
