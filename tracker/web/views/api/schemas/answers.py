"""What every answer is made of: frozen values, what it is about, reasons, problems."""

from ninja import Field
from pydantic import BaseModel, ConfigDict

from tracker.events.publish.export import SCHEMA


# Not Ninja's Schema, whose validator wraps each nested value for ORM objects (decision D96).
class Answer(BaseModel):
    """What the API gives: frozen, and made of plain values, so no query is left to be asked."""

    model_config = ConfigDict(frozen=True)


class ProblemOut(Answer):
    """What is wrong and, of a query, where (`place`) and how it reads without it (`repaired`)."""

    code: str = Field(examples=["query"])
    message: str = Field(examples=["Unknown kind “odd”. Use one of: ad_ban, …"])
    place: str = ""
    repaired: str = ""


class RefusalOut(Answer):
    """Every answer from 400 on."""

    error: ProblemOut


class AboutOut(Answer):
    """What an answer is: for which query, moment and coverage, under which licence."""

    query: str
    in_words: str
    as_of: str
    coverage: str
    licence: str
    address: str
    schema_version: str = Field(SCHEMA, alias="schema")


class ReasonOut(Answer):
    """A reason as code and values, and in words; text that a person wrote has no code."""

    code: str = Field(examples=["same_target"])
    values: list[str | int] = Field(examples=[["RT"]])
    words: str = Field(examples=["same target: RT"])
