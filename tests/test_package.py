"""The wheel, installed where there is no checkout, answers from any folder with the network off."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
QUESTION = "How many engineers does a director of engineering usually lead?"
NEEDED = {".py", ".md", ".toml", ".css", ".js", ".json", ".jsonl", ".txt", ".npz", ".safetensors"}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel, built from a copy: left-overs of earlier builds in a checkout must not get into it."""
    source = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(REPOSITORY / name, source)
    for name in ("src", "ui", "eval", "corpus"):
        ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
        shutil.copytree(REPOSITORY / name, source / name, ignore=ignored)
    built = tmp_path_factory.mktemp("built")
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--quiet", "--wheel-dir", str(built)]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, str(source)], check=True, timeout=300)
    return next(built.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """An environment of its own that holds the wheel, and reads the libraries of this one through a path file.

    A path file's folder is searched, but the path files within it are not read: the editable install of
    this checkout stays out.
    """
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=True)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)}))
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python"), "install"]
    options = ["--no-deps", "--no-index", "--quiet", "--ignore-installed"]
    subprocess.run([*pip, *options, str(wheel)], check=True, timeout=300)
    return folder


@pytest.fixture
def run(installed, tmp_path):
    """Runs a program of that environment from the root folder, with no proxy and no other way out."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH")}
    closed = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    environment = {**kept, **closed, "COACH_DATA_DIR": str(tmp_path / "data")}

    def run(program, *args):
        command = [str(installed / "bin" / program), *args]
        return subprocess.run(command, cwd="/", env=environment, capture_output=True, text=True, timeout=300)

    return run


def test_the_wheel_answers_from_any_folder(run, installed):
    code = "import coach, coach.ui, coach.eval, pathlib; print(pathlib.Path(coach.__file__).parent)"
    where = run("python", "-c", code)
    assert Path(where.stdout.strip()).is_relative_to(installed), where.stderr

    done = run("coach", "ask", "--json", QUESTION)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert re.search(r"\b15 to 50\b", answer["answer"])
    citation = answer["citations"][0]
    shown = json.loads(run("coach", "documents", "show", "--json", citation["document_id"]).stdout)
    assert shown["text"][citation["start"] : citation["end"]] == citation["quote"]


def test_everything_that_is_needed_is_in_the_wheel(wheel):
    inside = set(zipfile.ZipFile(wheel).namelist())

    wanted = {"coach/py.typed"}
    homes = {"src/coach": "coach", "ui": "coach/ui", "eval": "coach/eval", "corpus": "coach/corpus"}
    for folder, home in homes.items():
        for path in (REPOSITORY / folder).rglob("*"):
            kept = path.suffix in NEEDED and "__pycache__" not in path.parts
            if kept and path.name != "README.md":
                wanted.add(f"{home}/{path.relative_to(REPOSITORY / folder).as_posix()}")
    assert wanted - inside == set()
    assert not [name for name in inside if name.startswith(("tests/", "ui/", "eval/", "corpus/", "src/"))]


def test_every_package_is_named():
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))

    homes = {"src/coach": "coach", "ui": "coach.ui", "eval": "coach.eval", "corpus": "coach.corpus"}
    found = {"coach.corpus"}
    for folder, name in homes.items():
        for init in (REPOSITORY / folder).rglob("__init__.py"):
            found.add(".".join((name, *init.parent.relative_to(REPOSITORY / folder).parts)))
    assert found == set(project["tool"]["setuptools"]["packages"])


def test_every_requirement_has_an_exact_version():
    pinned = {}
    for line in (REPOSITORY / "constraints.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, version = re.fullmatch(r"([A-Za-z0-9._-]+)==([A-Za-z0-9.]+)", line).groups()
            pinned[_key(name)] = version
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [one for group in project["optional-dependencies"].values() for one in group]
    wanted = {_key(re.match(r"[A-Za-z0-9._-]+", one)[0]) for one in (*project["dependencies"], *extras)}

    assert wanted - set(pinned) == set()
    assert pinned["torch"] == "2.13.0"
    assert {"pip", "setuptools"} <= set(pinned)


def test_everything_imported_is_required_by_name():
    """A library that comes along with another one today may be gone with its next version."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [one for name, group in project["optional-dependencies"].items() if name != "dev" for one in group]
    required = {_key(re.match(r"[A-Za-z0-9._-]+", one)[0]) for one in (*project["dependencies"], *extras)}
    homes = packages_distributions()

    elsewhere = {*(REPOSITORY / "eval" / "peers" / "programs").glob("*.py"), REPOSITORY / "eval" / "judge_program.py"}

    missing = {}
    files = {path for folder in ("src", "ui", "eval") for path in (REPOSITORY / folder).rglob("*.py")}
    for path in sorted(files - elsewhere):  # those run in environments of their own, pinned beside them
        for module in _imports(path) - sys.stdlib_module_names - {"coach", "__future__"}:
            if not required & {_key(name) for name in homes.get(module, ())}:
                missing[module] = path.relative_to(REPOSITORY).as_posix()
    assert missing == {}


def _imports(path: Path) -> set[str]:
    """The first parts of all names a module imports, wherever in it; imports of its own package have none."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add((node.module or "").partition(".")[0])
    return found


def _key(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
