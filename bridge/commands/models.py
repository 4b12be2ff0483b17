"""`auxsend models`: what the engine can run, under which licence, and fetching it."""

from typing import TYPE_CHECKING, Annotated

import typer

from bridge.commands.options import DeviceOption, EngineOption, OfflineOption

if TYPE_CHECKING:
    from bridge.codec import Model

app = typer.Typer(help="List models, describe one, or fetch its weights.", no_args_is_help=True)
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="A model's name.", show_default=False)]


@app.command("list")
def list_models(engine: EngineOption = None, device: DeviceOption = None) -> None:
    """List the models that the engine can run."""
    from rich.console import Console
    from rich.table import Table

    table = Table("", "model", "task", box=None, header_style="bold")
    for name in ("gives", "licence", "installed"):
        table.add_column(name, overflow="fold")
    for model in _models(engine, device):
        mark = "*" if model.is_default else ""
        table.add_row(
            mark, model.name, model.task, ", ".join(model.outputs), model.licence, "yes" if model.is_installed else "no"
        )
    Console(highlight=False).print(table)
    typer.echo("* is what its task uses when no model is named.", err=True)


@app.command("info")
def info(name: NameArgument, engine: EngineOption = None, device: DeviceOption = None) -> None:
    """Describe one model: what it gives, who made it, under which licence."""
    model = _find(name, _models(engine, device))
    rows = {
        "task": model.task,
        "description": model.description,
        "gives": ", ".join(model.outputs),
        "sample rate": f"{model.sample_rate_hz} Hz",
        "quality": model.published_figure,
        "licence": f"{model.licence}: {model.licence_note}",
        "made by": f"{model.attribution} {model.attribution_url}".strip(),
        "installed": "yes" if model.is_installed else f"no{_download_size(model)}; auxsend models fetch {model.name}",
        "runs on": model.device,
    }
    typer.echo(model.name)
    for label, value in rows.items():
        if value:
            typer.echo(f"  {label + ':':<13}{value}")


@app.command("fetch")
def fetch(
    name: NameArgument, engine: EngineOption = None, device: DeviceOption = None, offline: OfflineOption = None
) -> None:
    """Fetch a model's weights to the engine, so that its first use does not have to."""
    from bridge.codec import Job
    from bridge.commands.running import Display, run_verb
    from bridge.connection import connect
    from bridge.core import fetch_model
    from bridge.events import ModelChosen
    from bridge.settings import load_settings, user_folders

    settings = load_settings({"engine": engine, "device": device, "offline": offline})
    folders = user_folders()

    async def verb(display: Display) -> Job:
        async with connect(settings, folders.state) as client:
            display(ModelChosen(_find(name, await client.list_models())))
            return await fetch_model(name, client, display)

    with Display(folders) as display:
        job = run_verb(verb(display))
    source = f" from {job.fetched_from}" if job.fetched_from else ""
    typer.echo(f"{name} is installed: {job.fetched_bytes / 1e6:.1f} MB{source}.")


def _models(engine: str | None, device: str | None) -> "list[Model]":
    """Returns what the engine lists."""
    from bridge.codec import Model
    from bridge.commands.running import run_verb
    from bridge.connection import connect
    from bridge.settings import load_settings, user_folders

    async def verb() -> list[Model]:
        async with connect(load_settings({"engine": engine, "device": device}), user_folders().state) as client:
            return await client.list_models()

    return run_verb(verb())


def _find(name: str, models: "list[Model]") -> "Model":
    """Returns the model of that name.

    Raises:
        RequestRefused: the engine lists none.
    """
    from bridge.errors import RequestRefused

    for model in models:
        if model.name == name:
            return model
    known = ", ".join(model.name for model in models)
    raise RequestRefused(f"There is no model named “{name}”. Choose one of: {known}.")


def _download_size(model: "Model") -> str:
    return f" ({model.download_bytes / 1e6:.0f} MB to fetch)" if model.download_bytes else ""
