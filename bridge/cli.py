"""The command line, `auxsend`: one sentence per error on standard error, and an exit code from `bridge.errors`.

This file and the commands that it names load no model framework, no gRPC and no numpy: a command imports what it needs
when it runs, and `auxsend --help` answers at once.
"""

import os
import sys
import time
from typing import Annotated

import typer

from bridge.commands import (
    bridge,
    config,
    continue_,
    demo,
    doctor,
    engine,
    install,
    library,
    live,
    midi,
    models,
    panel,
    radio,
    render,
    split,
    suggest,
    tag,
    transcribe,
)
from bridge.errors import BridgeError
from bridge.settings import user_folders

app = typer.Typer(
    name="auxsend",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("split", cls=split.SplitCommand)(split.split)
app.command("transcribe")(transcribe.transcribe)
app.command("tag")(tag.tag)
app.command("continue")(continue_.continue_)
app.command("midi")(midi.midi)
app.command("render")(render.render)
app.command("suggest")(suggest.suggest)
app.command("radio")(radio.radio)
app.add_typer(library.app, name="library")
app.command("live")(live.live)
app.command("demo")(demo.demo)
app.add_typer(models.app, name="models")
app.command("doctor")(doctor.doctor)
app.command("panel")(panel.panel)
app.command("bridge")(bridge.bridge)
app.command("install")(install.install)
app.command("uninstall")(install.uninstall)
app.add_typer(config.app, name="config")
app.command("engine", context_settings=engine.PASS_ALL)(engine.engine)


def _print_version(is_wanted: bool) -> None:
    if is_wanted:
        typer.echo(f"auxsend {_version()}")
        raise typer.Exit


def _version() -> str:
    from importlib.metadata import version  # loads all of the email package

    return version("auxsend")


@app.callback()
def options(
    is_version: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    """Music AI for the DAW. Split songs into stems, on this machine or on one with a GPU."""


def main() -> None:
    """Runs the command line and exits."""
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")  # what gRPC's core has to say, the error's sentence says better
    try:
        app()
    except BridgeError as error:
        print(f"auxsend: {error.message}", file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        print("auxsend: Stopped.", file=sys.stderr)
        sys.exit(130)
    except Exception:
        print(f"auxsend: {_write_crash()}", file=sys.stderr)
        sys.exit(1)


def _write_crash() -> str:
    """Writes the traceback to a file and returns a sentence that says where."""
    import traceback

    report = traceback.format_exc()
    path = user_folders().state / f"crash-{time.strftime('%Y%m%d-%H%M%S')}.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"auxsend {_version()}, arguments {sys.argv[1:]}\n\n{report}", encoding="utf-8")
    except OSError:
        return f"Something unexpected happened: {report.splitlines()[-1]}"
    return f"Something unexpected happened; please report it with the file {path}."
