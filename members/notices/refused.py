"""What a mail server's answer means: whether there is no such address, or only not today, not this letter, not us.

A good address that is switched off is worse than a letter that is tried again: in doubt it does not count.
"""

import re
import smtplib
from email.message import Message

from flufl.bounce import all_failures

# RFC 3463: what a server says about the address of who shall get it (5.1.0, 5.1.7 and 5.1.8 are also said of senders).
NO_SUCH_ADDRESS = {"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"}
ENHANCED = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?!\.?\d)")
REPLY = re.compile(r"\b([45]\d\d)[ -]")
BARE_CODES = {550, 551, 553}  # without an enhanced code, these are about the mailbox
SAID_OF_OTHER_THINGS = re.compile(
    r"spam|junk|virus|polic|block|black|rbl|spf|dkim|dmarc|relay|sender|auth|reput|quota|full|storage|size|large|rate|"
    r"content|greylist|temporar|try again|later|unavailable for|disabled|suspended",
    re.IGNORECASE,
)
IN_WORDS = re.compile(
    r"no such (user|address|mailbox|recipient)|user unknown|unknown user|no mailbox here|unrouteable address|"
    r"does(n't| not) exist|(mailbox|address|recipient|user)( was| is)?( not|n't) (be )?found|invalid recipient",
    re.IGNORECASE,
)
READ = 4000  # letters of a notice in words: what stands below is the letter that came back


def means_no_such_address(code: int, answer: str) -> bool:
    """Whether the reply `code` (550) with the words `answer` says that nobody has this address."""
    if not 500 <= code < 600:
        return False
    enhanced = ENHANCED.search(answer)
    if enhanced is None:
        return code in BARE_CODES and not SAID_OF_OTHER_THINGS.search(answer)
    # What Microsoft says of an address it does not know.
    of_microsoft = enhanced[1] == "5.4.1" and "recipient address rejected" in answer.casefold()
    return enhanced[1] in NO_SUCH_ADDRESS or of_microsoft


def while_sending(error: Exception) -> bool:
    """The same, of what `smtplib` raised for a letter to one person."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = error.recipients.values()
        return bool(answers) and all(means_no_such_address(code, _text(words)) for code, words in answers)
    if isinstance(error, smtplib.SMTPDataError):  # some know only when they have it all: then the code has to be exact
        words = _text(error.smtp_error)
        return bool(ENHANCED.search(words)) and means_no_such_address(error.smtp_code, words)
    return False


def in_a_notice(notice: Message) -> set[str]:
    """The addresses that nobody has, by a letter that came back, in small letters."""
    _temporary, permanent = all_failures(notice)
    failed = {address.decode().casefold() for address in permanent}
    blocks = [
        block for part in notice.walk() if part.get_content_type() == "message/delivery-status" for block in _of(part)
    ]
    if blocks:
        return {
            address for block in blocks for address in failed if _is_about(block, address) and _block_says_so(block)
        }
    words = _words(notice)
    enhanced = {found for found in ENHANCED.findall(words) if found.startswith("5.")}
    says_so = enhanced <= NO_SUCH_ADDRESS if enhanced else bool(IN_WORDS.search(words))
    return failed if says_so else set()


def message_ids(notice: Message) -> set[str]:
    """Every Message-ID in it: of the letter that came back, wherever a server puts it."""
    found: set[str] = set()
    for part in notice.walk():
        headers = [str(part.get(name, "")) for name in ("Message-ID", "In-Reply-To", "References")]
        text = _text(part.get_payload(decode=True)) if part.get_content_maintype() == "text" else ""
        found |= set(re.findall(r"<[^<>\s@]{1,80}@[^<>\s@]{1,80}>", " ".join([*headers, text])))
    return found


def _of(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [block for block in payload if isinstance(block, Message)] if isinstance(payload, list) else []


def _is_about(block: Message, address: str) -> bool:
    named = f"{block.get('Original-Recipient', '')} {block.get('Final-Recipient', '')}".casefold()
    return address in re.split(r"[\s;<>]+", named)


def _block_says_so(block: Message) -> bool:
    status = str(block.get("Status", "")).split()
    if status and status[0] in NO_SUCH_ADDRESS:
        return True
    diagnosis = " ".join(str(block.get("Diagnostic-Code", "")).split())
    reply = REPLY.search(diagnosis)
    # "5.0.0" says only that it failed: then the other server's own words count.
    vague = not status or status[0] in {"5.0.0", "5.4.1"}
    return bool(vague and reply and means_no_such_address(int(reply[1]), diagnosis[reply.end() :]))


def _words(notice: Message) -> str:
    for part in notice.walk():
        if part.get_content_type() == "text/plain":
            return _text(part.get_payload(decode=True))[:READ]
    return ""


def _text(raw: object) -> str:
    return raw.decode(errors="replace") if isinstance(raw, bytes) else str(raw or "")
