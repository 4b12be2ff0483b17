"""`auxsend config`: which engine the bridge uses, without an editor."""

from typing import Annotated

import typer

app = typer.Typer(help="Show the configuration, or change one value of it.", no_args_is_help=True)
KeyArgument = Annotated[
    str,
    typer.Argument(
        metavar="KEY",
        help="engine, token, tls_ca, device, offline, max_audio_sec, user, folders, live_extension",
        show_default=False,
    ),
]


@app.command("show")
def show() -> None:
    """Show what holds: environment variables before the file before defaults."""
    from dataclasses import fields

    from bridge.settings import load_settings, user_folders

    settings = load_settings()
    typer.echo(f"file           {user_folders().config_file}")
    for field in fields(settings):
        value = getattr(settings, field.name)
        typer.echo(f"{field.name:<14} {'(set)' if field.name == 'token' and value else value}")
    if not settings.engine:
        typer.echo("No engine is named, so one is started on this machine when it is needed.")


@app.command("set")
def set_(key: KeyArgument, value: Annotated[str, typer.Argument(show_default=False)]) -> None:
    """Set one value in the file."""
    from bridge.configuration import set_value
    from bridge.settings import user_folders

    path = user_folders().config_file
    set_value(path, key, value)
    typer.echo(f"Written to {path}; it holds from the next job on.")


@app.command("unset")
def unset(key: KeyArgument) -> None:
    """Take one value out of the file, so that the default holds again."""
    from bridge.configuration import set_value
    from bridge.settings import user_folders

    path = user_folders().config_file
    set_value(path, key, None)
    typer.echo(f"Taken out of {path}.")
