"""Tasks that most houses know, offered while somebody types (handbook, "How a day goes")."""

from django.utils.translation import gettext_lazy as _

TASK_LIBRARY = [
    # Culinary
    _("Menu"), _("Shopping"), _("Breakfast"), _("Lunch"), _("Dishes"), _("Snack bar till"), _("Garden"),
    # Clerical
    _("Reception"), _("Phones"), _("Attendance entry"), _("Statistics"), _("Newsletter"), _("Cards and birthdays"),
    _("Petty cash"), _("Tours"), _("Orientation"),
    # Hospitality
    _("Rooms"), _("Laundry"), _("Recycling"), _("Vehicle checks"),
    # Employment and education
    _("TE training and cover"), _("Employer contact"), _("CVs"), _("Tutoring"),
    # Everywhere
    _("Reach-out"),
]  # fmt: skip
