"""The recorded activities, by what happened."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "payloads" / "teams"


def payload(name: str, **changes: object) -> dict[str, Any]:
    """The activity of that name, with top-level fields changed."""
    return {**json.loads((FOLDER / f"{name}.json").read_text("utf-8")), **changes}


def names() -> list[str]:
    """All of them."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))
