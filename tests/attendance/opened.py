"""The report's files, opened as others open them: with readers that are not the ones that wrote them."""

import csv
import io
import json
import re
from html import unescape

import openpyxl
import pypdf
from django.template.defaultfilters import floatformat


def lines_of_csv(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def figures_of_csv(content: bytes) -> dict[tuple[str, str], str]:
    """(key, filter) -> value as it stands there."""
    return {(line["figure"], line["filter"]): line["value"] for line in lines_of_csv(content)}


def workbook(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def figures_of_xlsx(content: bytes) -> dict[tuple[str, str], object]:
    rows = workbook(content)["Every figure"].iter_rows(min_row=2, values_only=True)
    return {(str(key), part or ""): value for key, _label, _part, part, value in rows}


def pdf(content: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(content))


def text_of_pdf(content: bytes) -> str:
    return " ".join("\n".join(page.extract_text() for page in pdf(content).pages).split())


def text_of_page(html: str) -> str:
    main = html[html.index("<main") : html.index("</main>")]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())


def expected_figures(expected: dict) -> dict[tuple[str, str], float]:
    """What an expected-YYYY-MM.json says, by key and filter."""
    found: dict[tuple[str, str], float] = {}
    for section, figures in expected.items():
        for name, value in figures.items() if isinstance(figures, dict) else ():
            key = f"{section}.{name}"
            if name == "by_weekday":
                found |= {(key, f"weekday={day}"): average for day, average in value.items()}
            elif name == "by_unit":
                found |= {(key, f"unit={unit}; count={n}"): v for unit, both in value.items() for n, v in both.items()}
            elif isinstance(value, dict):
                found |= {(key, f"count={count}"): n for count, n in value.items()}
            else:
                found[key, ""] = value
    return found


def figures_of_json(content: bytes | str) -> dict[tuple[str, str], float]:
    return expected_figures(json.loads(content))


def shown(value) -> str:
    """As people read it: 1,161 and 50.48."""
    return floatformat(value, "-2g")
