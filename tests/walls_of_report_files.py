"""The doors of files that are taken along; tests/walls.py says how to read them."""

from tests.actors import COORDINATOR, IN_CHARGE, STATISTICS, Door, pk_of

DOORS = [
    Door("attendance:report_files", GET=IN_CHARGE | {STATISTICS}),
    Door("attendance:report_file", GET={COORDINATOR}, at=pk_of("file")),  # its owner
    Door("attendance:delete_report_file", POST={COORDINATOR}, at=pk_of("file")),
    Door(
        "attendance:take_along",
        GET=IN_CHARGE | {STATISTICS},
        POST=IN_CHARGE | {STATISTICS},
        at=lambda w: {"span": w.span},
        data=lambda w: {"format": "csv"},
    ),
    Door(
        "attendance:export_names",
        GET={COORDINATOR},
        POST={COORDINATOR},
        at=lambda w: {"span": w.span},
        data=lambda w: {"format": "csv", "why": "For the county."},
    ),
]
