"""Where things shared by runs lie: `SSD_ITER_HOME`, else the user's cache folder."""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder() -> Path:
    """The cache's root; it may not exist yet and may be deleted at any time."""
    home = os.environ.get("SSD_ITER_HOME")
    if home:
        return Path(home)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ssd-iter"
