"""How suggestions are found: the choices, for the command line too, which must not load what `sample` needs."""

from enum import StrEnum


class Mode(StrEnum):
    """How suggestions are found."""

    SIMILAR = "similar"
    COMPLEMENT = "complement"
    TASTE = "taste"
    MIX = "mix"
