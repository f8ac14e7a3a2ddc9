"""Reads the five spreadsheets of a house (UTF-8 CSV) into rows with typed values; says in plain words what is wrong."""

from attendance.sheets.cells import BadCell, short
from attendance.sheets.reading import FILES, Problem, Row, Sheet, read

__all__ = ["FILES", "BadCell", "Problem", "Row", "Sheet", "read", "short"]
