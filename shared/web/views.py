"""The bases of request and response models."""

from pydantic import BaseModel, ConfigDict


class Body(BaseModel):
    """What a caller sends: unknown fields are refused, blanks around text are dropped."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, str_max_length=2_000)


class View(BaseModel):
    """What a caller gets, read straight off a domain object."""

    model_config = ConfigDict(from_attributes=True, frozen=True)
