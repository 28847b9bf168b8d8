"""What the README shows works: its Python, its commands, its links, and the answer it prints."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from coach.settings import Settings

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_python_blocks_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COACH_DATA_DIR", str(tmp_path))
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert blocks
    for block in blocks:
        exec(compile(block, "README.md", "exec"), {})
    assert "15 to 50" in capsys.readouterr().out


def test_make_targets_exist() -> None:
    makefile = (Path(__file__).parents[1] / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"make (\w+)", README)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_settings_named_exist() -> None:
    known = {f"COACH_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"COACH_[A-Z_]+", README)) <= known


def test_links_lead_somewhere() -> None:
    for link in re.findall(r"\]\(((?!http)[^)#]+)\)", README):
        assert (Path(__file__).parents[1] / link).exists(), link


def test_the_quoted_answer_stands_in_the_guides(corpus: Path) -> None:
    plain = " ".join(README.split())
    shown = re.search(r"what changes when I go from EM to senior EM\?\" (.*?) Sources:", plain)
    assert shown
    guide = (corpus / "management-ladder.md").read_text(encoding="utf-8")
    sentences = [s.strip() for s in re.split(r"\[\d\]", shown[1]) if s.strip()]
    assert len(sentences) == 4
    for sentence in sentences:
        assert sentence in guide
