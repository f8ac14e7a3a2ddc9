"""Words that no message holds, whoever wrote it."""

import re

# Handbook, must-never 4. The texts of this program are tested; words that a house typed itself are asked here.
NEVER_IN_A_MESSAGE = re.compile(
    r"\b(missed|absent|must|required|compliance|overdue|"
    r"falt(aste|ó|as|an|ado)|ausen(te|tes|cia|cias)|debes?|deber[ií]as?|tienes? que|obligatori[oa]s?|requerid[oa]s?|"
    r"cumplimiento|incumpl\w+|atrasad[oa]s?|vencid[oa]s?)\b",
    re.IGNORECASE,
)
# Words that tell more of a place than a street name does.
TELLING = re.compile(
    r"\b(club\s?-?house|club|mental|psychiatric|psychosocial|illness|health|wellness|recovery|rehabilitation|clinic|"
    r"treatment|support|centre|center|programme?|services?|fountain house|"
    r"casa[ -]club|psiqui[aá]tric[oa]s?|psicosocial(es)?|psicol[oó]gic[oa]s?|enfermedad(es)?|salud|bienestar|"
    r"recuperaci[oó]n|rehabilitaci[oó]n|cl[ií]nic[oa]s?|tratamientos?|apoyo|centros?|programas?|servicios?)\b",
    re.IGNORECASE,
)
