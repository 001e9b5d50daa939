from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from ssd_iter.records import Sample


@pytest.fixture(scope="session")
def make_sample(make_sample: Callable[..., Sample]) -> Callable[..., Sample]:
    return partial(make_sample, purpose="eval")
