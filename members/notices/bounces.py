"""Letters that came back to the house's mailbox: an address that nobody has is used no more.

Only what names one of our own letters by its Message-ID counts, which nobody can guess, and only the address which that
letter went to. Notices of mail servers are marked as read; all else in the mailbox is left alone, and nothing is ever
deleted.
"""

import logging
import ssl
from email.message import Message as Notice
from urllib.parse import unquote, urlsplit

from django.conf import settings
from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted, MailMessageFlags

from members import actions
from members.models import Channel, Message
from members.notices.refused import in_a_notice, message_ids

logger = logging.getLogger(__name__)

# Mail servers write as one of these, or in the form that is made for it (RFC 3464).
NOTICES = 'UNSEEN OR FROM "mailer-daemon" OR FROM "postmaster" HEADER "Content-Type" "multipart/report"'
AT_A_TIME = 100
LARGEST = 512 * 1024  # a letter of ours is small, also when it comes back whole
WAITED_FOR = 20  # seconds


def read_bounces() -> int:
    """Read what came back since the last time; how many addresses were put away. Never raises."""
    if not settings.BOUNCE_MAILBOX_URL:
        return 0
    put_away = 0
    try:
        with open_mailbox(settings.BOUNCE_MAILBOX_URL) as mailbox:
            for uid in mailbox.uids(NOTICES)[:AT_A_TIME]:
                put_away += take_in(read_one(mailbox, uid))
                # Not imap_tools' `flag`: it also removes what somebody else marked for deleting.
                mailbox.client.uid("STORE", uid, "+FLAGS", f"({MailMessageFlags.SEEN})")
    except Exception as error:  # the name of the error only: its text may hold an address
        logger.warning("the mailbox of refused letters could not be read (%s)", type(error).__name__)
    return put_away


def open_mailbox(url: str) -> BaseMailBox:
    """Signed in, at the folder of `url` (imaps://name:password@server:993/INBOX)."""
    parts = urlsplit(url)
    host = parts.hostname or "localhost"
    mailbox: BaseMailBox
    if parts.scheme == "imaps":
        mailbox = MailBox(host, parts.port or 993, timeout=WAITED_FOR, ssl_context=ssl.create_default_context())
    elif host in {"localhost", "127.0.0.1", "::1"}:
        mailbox = MailBoxUnencrypted(host, parts.port or 143, timeout=WAITED_FOR)
    else:  # a password is never sent in the clear
        context = ssl.create_default_context()
        mailbox = MailBoxStartTls(host, parts.port or 143, timeout=WAITED_FOR, ssl_context=context)
    folder = unquote(parts.path.lstrip("/")) or "INBOX"
    return mailbox.login(unquote(parts.username or ""), unquote(parts.password or ""), folder)


def read_one(mailbox: BaseMailBox, uid: str) -> Notice:
    """The notice `uid`; an empty one where it is too large to be about a letter of ours, or gone meanwhile."""
    head = next(mailbox.fetch(uid_list=[uid], mark_seen=False, headers_only=True), None)
    if head is None or head.size_rfc822 > LARGEST:
        return Notice()
    whole = next(mailbox.fetch(uid_list=[uid], mark_seen=False), None)
    return whole.obj if whole else Notice()


def take_in(notice: Notice) -> bool:
    """Whether `notice` says of a letter of ours that nobody has the address it went to."""
    try:
        nobodys, letters = in_a_notice(notice), message_ids(notice)
    except Exception as error:  # anybody may write to a mailbox, in any shape
        logger.warning("a letter in the mailbox could not be read (%s)", type(error).__name__)
        return False
    ours = Message.objects.filter(message_id__in=letters, channel=Channel.EMAIL)
    message = ours.select_related("member__merged_into", "staff").first() if nobodys else None
    if message is None or message.person.email.casefold() not in nobodys:
        return False
    person = getattr(message.person, "merged_into", None) or message.person
    logger.info("message %s came back: its address is put away", message.pk)
    return actions.refuse_email(person=person, address=message.person.email, message_id=message.message_id)
