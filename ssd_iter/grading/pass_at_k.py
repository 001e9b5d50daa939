"""pass@k: the chance that at least one of k samples passes, estimated from n >= k.

Chen et al. 2021, "Evaluating Large Language Models Trained on Code" (arXiv 2107.03374), equation 1:
1 - C(n - c, k) / C(n, k), here as a product so that no large number appears. Unbiased over the draw of the n samples
of one problem; a problem set's pass@k is the mean over its problems.
"""

from __future__ import annotations

from math import prod


def pass_at_k(n: int, c: int, k: int) -> float | None:
    """pass@k in [0, 1] from `c` passes among `n` samples; None (not defined) when n < k.

    Raises ValueError unless 0 <= c <= n and k >= 1.
    """
    if not 0 <= c <= n or k < 1:
        raise ValueError(f"pass@k needs 0 <= c <= n and k >= 1, not n={n}, c={c}, k={k}")
    if n < k:
        return None
    if n - c < k:
        return 1.0
    return 1.0 - prod(1.0 - k / i for i in range(n - c + 1, n + 1))
