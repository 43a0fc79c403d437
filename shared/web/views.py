"""The bases of request and response models."""

from pydantic import BaseModel, ConfigDict


class Body(BaseModel):
    """What a caller sends: unknown fields are refused, and nothing is taken for what it is not (no number in a string).

    Its fields take their types from `shared.fields`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, str_strip_whitespace=True)


class View(BaseModel):
    """What a caller gets, read straight off a domain object.

    A field that comes later has a default: answers are kept for repeats, and those of before are read by it.
    """

    model_config = ConfigDict(from_attributes=True, frozen=True)
