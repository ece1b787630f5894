"""Reads and rewrites the "scale_up" and "nic" blocks of platforms/nodes, all other text kept."""

from __future__ import annotations

import json
import re

from .platform_files import Fact

_FACT = r'\{{"value":[^{{}}]*\}}'


def _block(name: str) -> re.Pattern[str]:
    return re.compile(rf'(  "{name}": \{{\n)(.*?)(\n  \}})', re.DOTALL)


def values(text: str, block: str) -> dict[str, float | str]:
    """Values of a block by key; what is no fact is left out."""
    found = _block(block).search(text)
    if not found:
        raise ValueError(f'no "{block}" block')
    pairs = re.findall(r'"(\w+)": (' + _FACT.format() + ")", found.group(2))
    return {key: json.loads(fact)["value"] for key, fact in pairs}


def with_facts(text: str, block: str, facts: dict[str, Fact | None]) -> str:
    """The text with facts of a block replaced or added at its end; None takes one out."""
    found = _block(block).search(text)
    if not found:
        raise ValueError(f'no "{block}" block')
    body = found.group(2)
    for key, fact in facts.items():
        here = re.compile(rf'(,\n    |^    )"{key}": {_FACT.format()}')
        if fact is None:
            body = here.sub("", body)
        elif here.search(body):
            line = f'"{key}": {fact.text()}'
            body = here.sub(lambda m, line=line: m.group(1) + line, body)
        else:
            body += f',\n    "{key}": {fact.text()}'
    return text[: found.start(2)] + body + text[found.end(2) :]
