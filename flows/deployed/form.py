"""The form of a deployed flow, made from the fields of a model: Prefect reads it from a function's signature."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection
from functools import wraps
from inspect import Parameter
from typing import Annotated, Any, ParamSpec

from prefect.client.schemas.objects import State
from prefect.states import Failed
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from flows.display import say
from ssd_iter.exceptions import SsdIterError

Given = ParamSpec("Given")


def form_of(*models: type[BaseModel], only: Collection[str] | None = None) -> Callable[..., Callable[..., Any]]:
    """Gives a function of keyword arguments a parameter for each field of the models, or for each of `only`."""
    fields = {
        name: field
        for model in models
        for name, field in model.model_fields.items()
        if only is None or name in only
    }  # fmt: skip

    def fill(work: Callable[..., Any]) -> Callable[..., Any]:
        parameters = [_parameter(name, field) for name, field in fields.items()]
        work.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        lines = [f"    {name}: {_text(field)}" for name, field in fields.items()]
        work.__doc__ = "\n".join([f"{inspect.getdoc(work)}", "", "Args:", *lines])
        return work

    return fill


def refusing(work: Callable[Given, None]) -> Callable[Given, State[None] | None]:
    """What cannot be done ends the flow as failed with what is wrong and the way out, not with a traceback."""

    @wraps(work)
    def told(*arguments: Given.args, **keywords: Given.kwargs) -> State[None] | None:
        try:
            work(*arguments, **keywords)
        except SsdIterError as error:
            say(str(error))
            return Failed(message=str(error))
        return None

    return told


def _parameter(name: str, field: FieldInfo) -> Parameter:
    default = Parameter.empty if field.is_required() else field.get_default(call_default_factory=True)
    kind = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=kind)


def _text(field: FieldInfo) -> str:
    """A field's documentation on one line; that of its section where it has none itself."""
    described = field.description or getattr(field.annotation, "__doc__", None) or ""
    return " ".join(described.split())
