"""Charts as static SVG, drawn by Altair and vl-convert from a report document alone: one module a form."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from reports.charts.curve import curve_svg
from reports.charts.forest import forest_svg
from reports.charts.heat import heat_svg
from reports.charts.lengths import lengths_svg
from reports.charts.lineage import lineage_svg
from reports.charts.lines import lines_svg
from reports.charts.rates import rates_svg
from reports.charts.trend import trend_svg

CHARTS: Mapping[str, Callable[..., str]] = {
    "curve": curve_svg,
    "forest": forest_svg,
    "heat": heat_svg,
    "lengths": lengths_svg,
    "lineage": lineage_svg,
    "lines": lines_svg,
    "rates": rates_svg,
    "trend": trend_svg,
}
"""What a template may `draw`, by name. Each takes parts of the report and, last, a prefix for its ids."""
