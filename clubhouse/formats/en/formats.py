"""How this house writes dates in English: 6 October 2026. Days and times in words stand in clubhouse/clock.py."""

DATE_FORMAT = "j F Y"
SHORT_DATE_FORMAT = "j M Y"
DATETIME_FORMAT = "l j F Y, P"
SHORT_DATETIME_FORMAT = "j M Y, P"
