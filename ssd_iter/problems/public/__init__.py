"""Public problem sets: a file each says what its rows look like; `ssd-iter problems import` brings one into the cache.

`base` says what a public set is, `columns` reads typed rows, `store` keeps what was imported, `hub` fetches files.
"""

from ssd_iter.problems.public import (
    apps,
    code_contests,
    humaneval_plus,
    livecodebench,
    mbpp,
    mbpp_plus,
    rstar_coder,
    taco,
)
from ssd_iter.problems.public.base import PublicSet

PUBLIC_SETS: tuple[PublicSet, ...] = (
    humaneval_plus.SET,
    mbpp.SET,
    mbpp_plus.SET,
    livecodebench.SET,
    rstar_coder.SET,
    apps.SET,
    taco.SET,
    code_contests.SET,
)
