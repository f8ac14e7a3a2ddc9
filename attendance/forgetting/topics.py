"""What goes, in words: for the pages on which somebody asks, says yes, or reads a certificate."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

TOPICS = {
    "members.member": _("Entries on the roll: name, contacts, wishes"),
    "members.user": _("Sign-in, and all that opens it"),
    "members.invitation": _("Cards to sign in with"),
    "members.emergencycontact": _("Emergency contacts"),
    "members.message": _("Messages"),
    "members.note": _("Notes"),
    "members.messagewish": _("Wishes about messages"),
    "members.membermerge": _("What was kept of entries that were joined"),
    "members.auditrecord": _("Records of who did what: their words"),
    "attendance.correctionrequest": _("Questions and answers about what is written"),
    "attendance.reachout": _("Words about reach-outs"),
    "attendance.reachoutclaim": _("Plans to call"),
    "attendance.timeaway": _("Times away"),
    "attendance.removedvisit": _("Visits that were taken out of the book"),
    "attendance.mark": _("Digests of taps"),
    "attendance.reportfile": _("Files with names that were made"),
    "attendance.importedrow": _("Rows of spreadsheets, as they are known again"),
    "activities.signup": _("Places on tasks: who showed, who learned"),
    "activities.waiting": _("Waiting for a task"),
    "activities.eventsignup": _("Places at events"),
    "activities.eventwaiting": _("Waiting for an event"),
    "activities.ride": _("Rides offered"),
    "activities.ridewish": _("Seats in a car"),
    "activities.canshow": _("What they can show"),
    "activities.calendarfeed": _("Calendar addresses"),
    "activities.savedlunch": _("Plates at lunch"),
    "activities.thanks": _("Thanks they wrote"),
    "sessions": _("Open pages of others in which the name stood"),
    "texts": _("Texts of others in which the name stood"),
}


def in_words(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """In the order of the list above; what has no words there stands under its own name."""
    known = [(str(words), counts[topic]) for topic, words in TOPICS.items() if counts.get(topic)]
    return known + [(topic, count) for topic, count in counts.items() if topic not in TOPICS and count]
