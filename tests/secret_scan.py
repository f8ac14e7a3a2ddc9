"""Looks through every file under version control for keys and passwords: python -m tests.secret_scan

What it finds is told by file, line and kind, never by its value: what the checks print is kept, too.
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from detect_secrets import SecretsCollection
from detect_secrets.core.potential_secret import PotentialSecret
from detect_secrets.settings import transient_settings

ROOT = Path(__file__).resolve().parent.parent
KINDS = (
    "AWSKeyDetector", "AzureStorageKeyDetector", "BasicAuthDetector", "DiscordBotTokenDetector", "GitHubTokenDetector",
    "GitLabTokenDetector", "JwtTokenDetector", "KeywordDetector", "NpmDetector", "OpenAIDetector", "PrivateKeyDetector",
    "PypiTokenDetector", "SendGridDetector", "SlackDetector", "StripeDetector", "TelegramBotTokenDetector",
    "TwilioKeyDetector",
)  # fmt: skip
PLUGINS = [
    *({"name": kind} for kind in KINDS),
    {"name": "Base64HighEntropyString", "limit": 4.5},
    {"name": "HexHighEntropyString", "limit": 3.0},
]
# Hashes of packages; rows of a made-up house; what others wrote and everybody can read.
NOT_OURS = re.compile(
    r"requirements.*\.txt|tests/data/.*\.csv|tests/dumps/.*|static/vendor/.*|.*\.(po|svg|png|gz|woff2)"
)
PERHAPS = re.compile(
    r"(?=[\w+/=.-]*[0-9])[\w+/=.-]{16,}|\b[A-Z0-9]{20}\b|://[^\s/]*:[^\s/]*@|-----BEGIN|(?:pass|pwd|secret|token|key|cred)\w*['\"]?\s*[:=]",
    re.IGNORECASE,
)
# Looked at one by one: examples in guides and settings, alphabets from which codes are drawn, the sample house.
MADE_UP = {
    "password", "token", "secret", "benchmark", "clubhouse", "only-while-building", "a%20secret", "pa%3Ass",
    "23456789abcdefghjkmnpqrstuvwxyz", "23456789ABCDEFGHJKMNPQRSTVWXYZ", "CA1234567890ABCDE",
}  # fmt: skip


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [name for name in listed.split("\0") if name and not NOT_OURS.fullmatch(name)]


def found_in(names: Iterable[str]) -> list[str]:
    """`file:line: kind` for each. Only lines that could hold one are looked at closely: a close look takes its time."""
    told = []
    with tempfile.TemporaryDirectory() as folder, transient_settings({"plugins_used": PLUGINS}):
        for name in names:
            text = (ROOT / name).read_text(errors="replace")
            lines = [(n, line) for n, line in enumerate(text.splitlines(), 1) if PERHAPS.search(line)]
            if lines:
                copy = Path(folder) / name
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_text("\n".join(line for _n, line in lines) + "\n")
                found = SecretsCollection(root=folder)
                found.scan_file(name)
                told += [f"{name}:{lines[s.line_number - 1][0]}: {s.type}" for _f, s in found if counts(name, s)]
    return sorted(told)


def counts(name: str, secret: PotentialSecret) -> bool:
    """The people of the tests have passwords, too; a key of a service is one wherever it stands."""
    is_of_tests = name.startswith("tests/") and secret.type == "Secret Keyword"
    return (secret.secret_value or "").split(" ")[0] not in MADE_UP and not is_of_tests


def main() -> int:
    names = tracked()
    with ProcessPoolExecutor() as pool:
        found = [line for lines in pool.map(found_in, (names[n::8] for n in range(8))) for line in lines]
    for line in sorted(found):
        print(line)
    if found:
        print(
            "A key that was committed is known to everybody who can read this: make a new one, and take this one out."
        )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
