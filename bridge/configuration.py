"""Changes single values of the configuration file and leaves the rest of it as its user wrote it."""

import json
import os
import re
import tomllib
from dataclasses import fields
from pathlib import Path

from bridge.errors import SettingsInvalid
from bridge.instance import write_private
from bridge.settings import Settings


def set_value(path: Path, key: str, value: str | None) -> None:
    """Writes `key = value` into the file, or takes the key out where the value is None.

    Raises:
        SettingsInvalid: there is no such key, the value is not of its kind, or the file cannot be read or written.
    """
    kinds = {field.name: type(field.default) for field in fields(Settings)}
    if key not in kinds:
        raise SettingsInvalid(f"There is no “{key}” in the configuration; it may hold {', '.join(kinds)}.")
    line = None if value is None else f"{key} = {_toml(key, value, kinds[key])}"
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        lines = [old for old in text.splitlines() if not re.match(rf"\s*{key}\s*=", old)]
        text = "\n".join([*lines, *([line] if line else [])]) + "\n"
        tomllib.loads(text)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_private(path, text)  # it may hold a token
    except (OSError, ValueError) as error:
        raise SettingsInvalid(f"The configuration file {path} cannot be changed: {error}.") from error


def _toml(key: str, value: str, kind: type) -> str:
    if kind is bool:
        if value not in ("true", "false"):
            raise SettingsInvalid(f"“{key}” must be true or false.")
        return value
    if kind is float:
        try:
            return repr(float(value))
        except ValueError:
            raise SettingsInvalid(f"“{key}” must be a number.") from None
    if kind is tuple:
        return json.dumps([part for part in value.split(os.pathsep) if part], ensure_ascii=False)
    return json.dumps(value, ensure_ascii=False)  # a JSON string is a TOML string
