"""A report as a file for spreadsheets: one line a figure, and in place of a hidden one why it is hidden."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from fastapi import Response

Entry: TypeAlias = str | float | None

_BOM = "\ufeff"
"""Spreadsheets take a file without it for one of their own country's."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_file(name: str, header: Sequence[str], lines: Iterable[Sequence[Entry]]) -> Response:
    """RFC 4180. Text that a spreadsheet would take for a formula is marked as text (OWASP, CSV injection)."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(header)
    writer.writerows([_harmless(field) for field in line] for line in lines)
    disposition = f'attachment; filename="{name}.csv"'
    return Response(
        _BOM + file.getvalue(), media_type="text/csv; charset=utf-8", headers={"Content-Disposition": disposition}
    )


def _harmless(field: Entry) -> str | float:
    if field is None:
        return ""
    return f"'{field}" if isinstance(field, str) and field.startswith(_FORMULA) else field
