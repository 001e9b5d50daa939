"""The families of the generated set: one file each, and one line here."""

from ssd_iter.problems.fresh.families import comparison, list_aggregate, list_map, scalar, text
from ssd_iter.problems.fresh.family import Family

FAMILIES: tuple[Family, ...] = (
    scalar.FAMILY,
    comparison.FAMILY,
    text.FAMILY,
    list_map.FAMILY,
    list_aggregate.FAMILY,
)
