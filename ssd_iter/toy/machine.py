"""The machine: three kinds of context over 16 tokens, how it is decoded, and how often that succeeds.

From "Embarrassingly Simple Self-Distillation Improves Code Generation" (arXiv 2604.01193), appendix C.4. The paper
prints the four likeliest tokens of each state; that the others fall off geometrically, and how fast, was found from
the other numbers it prints.

A model is an array (..., 3, 16): for each state, in the order of `STATES`, the probabilities of the tokens. Leading
axes hold many models at once.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

STATES = ("lock", "fork", "root")
"""A lock has one right token and noise, a fork several good ones of which one is right, the root two right ones."""
LOCK, FORK, ROOT = range(3)
VOCABULARY = 16
NUM_LOCKS = 3
"""Locks that a program passes, all three alike."""

_HEADS = ((0.75, 0.055, 0.05, 0.037), (0.148, 0.28, 0.14, 0.144), (0.2, 0.19, 0.329, 0.126))
_TAIL_RATIOS = (0.75, 0.5, 0.4)
_TOLERANCE = 1e-12
"""Below what sums of 16 probabilities can tell; k equal tokens meet top-p = 1 - 1/k exactly, and often."""


def _with_tail(head: tuple[float, ...], ratio: float) -> Array:
    tail = ratio ** np.arange(VOCABULARY - len(head))
    return np.concatenate([head, (1 - sum(head)) * tail / tail.sum()])


BASE: Array = np.array([_with_tail(*state) for state in zip(_HEADS, _TAIL_RATIOS, strict=True)])
"""The model of round 0, (3, 16)."""
BASE.setflags(write=False)


def temper(model: Array, temperature: float | Array) -> Array:
    """Every probability to the power 1/temperature, made to sum to one again; `temperature` > 0 broadcasts."""
    powers = (model / model.max(axis=-1, keepdims=True)) ** (1 / temperature)
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def nucleus(model: Array, top_p: float) -> NDArray[np.bool_]:
    """Which tokens top-p in (0, 1] keeps: those before which, likeliest first, less than `top_p` lies.

    The likeliest is always kept; of equals the first comes first. Even at `top_p` = 1 the rule drops a tail that
    holds less than 1e-12.
    """
    order = np.argsort(-model, axis=-1, kind="stable")
    sorted_ = np.take_along_axis(model, order, axis=-1)
    kept = np.cumsum(sorted_, axis=-1) - sorted_ < top_p - _TOLERANCE
    kept[..., 0] = True
    mask = np.empty_like(kept)
    np.put_along_axis(mask, order, kept, axis=-1)
    return mask


def decode(model: Array, temperature: float | Array, top_p: float) -> Array:
    """What is drawn from: tempered, then cut to its nucleus, then made to sum to one again."""
    tempered = temper(model, temperature)
    kept = np.where(nucleus(tempered, top_p), tempered, 0.0)
    return np.asarray(kept / kept.sum(axis=-1, keepdims=True))


def success(model: Array) -> Array:
    """How often a draw is right, in [0, 1]: a right token at the root, at the fork, and at each of the locks."""
    root = model[..., ROOT, 0] + model[..., ROOT, 1]
    return np.asarray(root * model[..., FORK, 0] * model[..., LOCK, 0] ** NUM_LOCKS)


def entropy(model: Array) -> Array:
    """Shannon entropy in bits, state by state, from 0 to 4."""
    # Taken from 0, not negated: a state of one token has 0 bits, not -0.
    return np.asarray(0 - (model * np.log2(np.where(model > 0, model, 1))).sum(axis=-1))


def support(model: Array) -> NDArray[np.int_]:
    """How many tokens have a probability above zero, state by state."""
    return np.asarray((model > 0).sum(axis=-1))


def simpson(model: Array) -> Array:
    """The chance that two draws differ, state by state: 1 - sum p^2, from 0 to 15/16 (Simpson's diversity)."""
    return np.asarray(1 - (model**2).sum(axis=-1))


def kept_mass(model: Array, later: Array) -> Array:
    """What `model` puts on the tokens that `later` still has, state by state, in [0, 1]."""
    return np.asarray(np.where(later > 0, model, 0.0).sum(axis=-1))
