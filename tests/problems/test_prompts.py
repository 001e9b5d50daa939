from __future__ import annotations

import hashlib
import importlib.resources
from dataclasses import replace

from ssd_iter.problems.prompts import render_prompt, template_sha256


def test_a_prompt_is_the_instruction_and_the_starter_code_in_a_fence(humaneval_problems):
    lines = render_prompt(humaneval_problems[0]).splitlines()
    assert lines[0] == "Complete the following Python function. Return the full function in a python code block."
    assert lines[1:3] == ["", "```python"]
    assert "\n".join(lines[3:-1]) == humaneval_problems[0].starter_code.rstrip()
    assert lines[-1] == "```"


def test_code_is_not_escaped_as_if_it_were_html(humaneval_problems):
    assert ">>> has_close_elements([1.0, 2.0, 3.0], 0.5)" in render_prompt(humaneval_problems[0])


def test_a_program_is_asked_for_in_the_problems_words(humaneval_problems):
    problem = replace(humaneval_problems[0], style="stdin", statement="Add the numbers <a> and <b>.\n")
    lines = render_prompt(problem).splitlines()
    assert "reads from standard input" in lines[0]
    assert lines[1:] == ["", "Add the numbers <a> and <b>."]


def test_a_function_that_is_described_beside_its_code_is_asked_for_with_both(humaneval_problems):
    code = "class Solution:\n    def two_sum(self, nums):\n"
    problem = replace(humaneval_problems[0], statement="Find two.\n", starter_code=code, statement_in_code=False)
    lines = render_prompt(problem).splitlines()
    assert lines[0].startswith("Write a Python function that solves the following problem.")
    assert lines[1:3] == ["", "Find two."]
    assert lines[-4:] == ["```python", "class Solution:", "    def two_sum(self, nums):", "```"]


def test_a_function_without_starter_code_is_asked_for_by_its_name(humaneval_problems):
    problem = replace(
        humaneval_problems[0], statement="Add.", starter_code="", entry_point="add", statement_in_code=False
    )
    assert render_prompt(problem).splitlines() == [
        "Write a Python function named `add` that solves the following problem. Return the full function in a python "
        "code block.",
        "",
        "Add.",
    ]


def test_the_template_hash_is_of_the_packaged_files():
    folder = importlib.resources.files("ssd_iter.problems") / "templates"
    texts = [(folder / name).read_bytes() for name in ("function.j2", "described.j2", "stdin.j2")]
    assert template_sha256() == hashlib.sha256(b"".join(texts)).hexdigest()
