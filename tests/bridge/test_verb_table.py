"""docs/protocol.md says what the code does."""

import re
from pathlib import Path

from bridge import errors
from bridge.verb_table import BEGIN, END, verb_table
from bridge.verbs import VERBS

PAGE = (Path(__file__).parents[2] / "docs/protocol.md").read_text(encoding="utf-8")


def test_the_page_has_the_table_that_the_code_makes() -> None:
    section = PAGE[PAGE.index(BEGIN) : PAGE.index(END) + len(END)]
    assert section == verb_table(), "run python -m bridge.verb_table and put what it prints into docs/protocol.md"
    assert all(f"| `{name}` |" in section for name in VERBS)


def test_every_reason_is_explained() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.BridgeError)]
    unseen_by_clients = {"BRIDGE_RUNNING"}
    explained = set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)*\b", PAGE[PAGE.index("## Reasons") :]))
    assert {kind.reason for kind in kinds} - unseen_by_clients <= explained
