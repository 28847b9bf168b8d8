from __future__ import annotations

import re

from coach.bench_gate import measure_gate
from coach.bench_writing import QUESTIONS


def test_the_gate_is_timed_on_true_and_false_sentences_of_a_question(built_coach):
    median, slow = measure_gate(built_coach, QUESTIONS[:1])
    count = int(re.search(r"p50 of (\d+)", median["what"])[1])
    assert count > 20 and median["aim"] == "under 25 ms"
    middle, tail = (float(row["value"].removesuffix(" ms")) for row in (median, slow))
    assert 0 < middle <= tail
