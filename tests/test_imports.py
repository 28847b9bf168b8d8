"""The rooms of the house stand one above the other: a module imports from its own floor or from below."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "coach"
FLOORS = (
    {"errors", "types"},
    {"settings", "paths", "quantities", "sentences", "slugs", "orders", "gaps", "deltas"},
    {"vocabulary", "embedding", "encoder", "cleaning", "loading", "chunking", "index"},
    {"retrieval", "model", "verifying", "attributing", "presenting", "grounding"},
    {"composing", "sufficiency", "library"},
    {"writing", "offering"},
    {"coach", "runnable", "wire", "problems", "fakes", "feedback"},
    {"build"},
    {"api", "cli", "bench", "bench_gate", "bench_ingest", "bench_writing", "bench_pages", "mcp", "__main__"},
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
HEAVY = ("torch", "chromadb", "langchain", "langchain_core", "gradio", "fastapi", "pydantic", "numpy", "transformers")
MODULES = sorted(p for p in SOURCE.rglob("*.py") if p != SOURCE / "__init__.py")


def get_room(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def find_imports(text: str) -> Iterator[str]:
    """The rooms of coach that a module's text imports, wherever in it."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (a.name.split(".")[1] for a in node.names if a.name.startswith("coach."))
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            if node.module.startswith("coach."):
                yield node.module.split(".")[1]
            elif node.module == "coach":
                yield from (a.name for a in node.names)


def find_upward(room: str, text: str) -> list[str]:
    """What a module of this room imports from a floor above its own; `ui` and `eval` stand on top."""
    return [name for name in find_imports(text) if FLOOR.get(name, len(FLOORS)) > FLOOR[room]]


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_imports_point_downwards(path):
    room = get_room(path)
    assert room in FLOOR, f"Give {room} a floor in this test."
    # The commands that start the page and the measurements are found by name when they are used.
    upward = set(find_upward(room, path.read_text(encoding="utf-8"))) - ({"ui", "eval"} if room == "cli" else set())
    assert not upward, f"{path.name} imports {upward} from above"


def test_an_upward_import_is_noticed():
    assert find_upward("retrieval", "def f():\n    from coach.build import build_coach") == ["build"]
    assert find_upward("types", "import coach.settings") == ["settings"]
    assert find_upward("index", "from coach import ui, errors") == ["ui"]
    assert find_upward("cli", "from coach.retrieval.query import Query") == []


def test_every_module_of_the_package_is_walked():
    assert {"coach", "retrieval", "vocabulary", "api"} <= {get_room(p) for p in MODULES}


@pytest.mark.parametrize("program", ["import coach", "import coach.types, coach.errors, coach.quantities; dir(coach)"])
def test_importing_the_package_loads_nothing_heavy(program):
    code = f"{program}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    loaded = {name.split(".")[0] for name in json.loads(done.stdout)}
    assert "coach" in loaded
    assert not loaded & set(HEAVY)


def test_public_names_load_on_first_use_and_others_are_refused():
    import coach

    assert set(coach.__all__) < set(dir(coach))
    for name in coach.__all__:
        assert getattr(coach, name).__name__ == name
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = coach.nothing
    assert coach.__version__
