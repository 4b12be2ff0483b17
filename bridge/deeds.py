"""What a script can be told to begin: a module of its own, so that the command line names deeds and loads no numpy."""

from enum import StrEnum


class Deed(StrEnum):
    """An action of a script's own, begun on what is selected there."""

    SPLIT = "split"
    TRANSCRIBE = "transcribe"
    CONTINUE = "continue"
    SUGGEST = "suggest"
