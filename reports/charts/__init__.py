"""Charts as static SVG, drawn by Altair and vl-convert from a report document alone: one module a form."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from reports.charts.curve import curve_svg
from reports.charts.lineage import lineage_svg

CHARTS: Mapping[str, Callable[..., str]] = {
    "curve": curve_svg,
    "lineage": lineage_svg,
}
"""What a template may `draw`, by name. Each takes parts of the report and, last, a prefix for its ids."""
