"""Which version of the program this is; `tests/keeping/test_version.py` holds it equal to pyproject.toml."""

VERSION = "0.6.0"


def as_numbers(version: str) -> tuple[int, ...]:
    """To tell older from newer: 0.10.0 comes after 0.9.1."""
    return tuple(int(part) if part.isdigit() else 0 for part in version.split("."))
