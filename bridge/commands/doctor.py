"""`auxsend doctor`: is everything here, and if not, what to do."""

import typer

from bridge.commands.options import DeviceOption, EngineOption, OfflineOption


def doctor(engine: EngineOption = None, device: DeviceOption = None, offline: OfflineOption = None) -> None:
    """Check Python, torch, device, weights, engine and disk, and say what to do."""
    from rich.console import Console
    from rich.table import Table

    from bridge import doctor as checks
    from bridge.commands.running import run_verb
    from bridge.settings import load_settings, user_folders

    folders = user_folders()
    settings = load_settings({"engine": engine, "device": device, "offline": offline})
    is_local = not settings.engine
    findings = [
        checks.check_python(),
        *checks.check_torch(is_needed=is_local),
        checks.check_packages(is_needed=is_local),
        *run_verb(checks.check_engine(settings, folders)),
        checks.check_disk(folders.state),
    ]
    styles = {checks.State.OK: "green", checks.State.ADVICE: "yellow", checks.State.MISSING: "red"}
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for finding in findings:
        detail = f"{finding.detail}\n{finding.advice}" if finding.advice else finding.detail
        table.add_row(f"[{styles[finding.state]}]{finding.state.value}[/]", finding.name, detail)
    Console(highlight=False).print(table)
    if any(finding.state is checks.State.MISSING for finding in findings):
        raise typer.Exit(1)
