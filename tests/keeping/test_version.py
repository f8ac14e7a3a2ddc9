import tomllib

import pytest

from clubhouse.version import VERSION, as_numbers
from tests.reading_grade import ROOT

pytestmark = pytest.mark.once


def test_the_program_knows_its_version():
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == VERSION


def test_ten_comes_after_nine():
    assert as_numbers("0.10.0") > as_numbers("0.9.12")
