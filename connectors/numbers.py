"""Numbers of files that people write: true and false are none, though Python counts with them."""

from __future__ import annotations

from typing import Any, get_args

from pydantic import BaseModel, ValidationInfo, field_validator
from pydantic_core import PydanticKnownError


class NoBooleanIsANumber(BaseModel):
    """A model whose fields for a number, and for a table of numbers, refuse true and false, as pydantic itself does not."""

    @field_validator("*", mode="before")
    @classmethod
    def _counts_with_no_boolean(cls, value: Any, info: ValidationInfo) -> Any:
        values = value.values() if isinstance(value, dict) else (value,)
        if info.field_name is not None and any(isinstance(one, bool) for one in values):
            kinds = _kinds(cls.model_fields[info.field_name].annotation)
            if bool not in kinds and kinds & {int, float}:
                raise PydanticKnownError("float_type" if float in kinds else "int_type")
        return value


def _kinds(annotation: Any) -> set[Any]:
    """The types that an annotation is made of: ``{int, NoneType}`` of ``Annotated[int, …] | None``."""
    parts = get_args(annotation)
    return set().union(*map(_kinds, parts)) if parts else {annotation} if isinstance(annotation, type) else set()
