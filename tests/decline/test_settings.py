from __future__ import annotations

import pytest

from ssd_iter.decline.settings import Settings
from ssd_iter.decline.settings import tested as metrics_of
from ssd_iter.exceptions import ConfigError


@pytest.mark.parametrize("planned", [1, 10, None])
def test_all_shares_together_are_alpha(planned):
    settings = Settings(alpha=0.05, planned_rounds=planned)
    spent = sum(settings.alpha_of(round) for round in range(1, (planned or 20_000) + 1))
    assert 0.0499 < spent <= 0.05 + 1e-12


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"alpha": 0.0}, "alpha is 0.0"),
        ({"alpha": 0.51}, "alpha is 0.51"),
        ({"alpha": float("nan")}, "alpha is nan"),
        ({"planned_rounds": 0}, "planned rounds are 0"),
        ({"seed_sd": -0.1}, "seed_sd is -0.1"),
        ({"seed_sd": float("nan")}, "seed_sd is nan"),
    ],
)
def test_values_out_of_range_are_refused_with_the_value(wrong, said):
    with pytest.raises(ConfigError, match=said):
        Settings(**wrong)


def test_pass_at_k_is_tested_once_where_k_is_1():
    assert [metric.name for metric in metrics_of(1)] == ["pass_at_1", "extraction_rate", "simpson_diversity"]
    assert [metric.title for metric in metrics_of(3)][:2] == ["pass@1", "pass@3"]


def test_a_fall_that_looks_large_is_more_than_one_that_surely_matters():
    assert all(metric.large > metric.margin > 0 for metric in metrics_of(5))
