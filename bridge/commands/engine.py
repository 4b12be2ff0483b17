"""`auxsend engine`: becomes the engine's own command line."""

import os
import sys

import typer

PASS_ALL = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


def engine(context: typer.Context) -> None:
    """Run an engine on this machine for bridges on this and other machines."""
    sys.stdout.flush()
    sys.stderr.flush()
    # -P: a folder called "engine" where the user happens to stand must not be taken for ours.
    os.execv(sys.executable, [sys.executable, "-P", "-m", "engine", *context.args])
