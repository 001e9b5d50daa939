from __future__ import annotations

from reports.blocks.solve_rates import solve_rates


def test_every_common_problem_is_in_one_cell(two_rounds):
    facts, _ = two_rounds((0, 0, 1, 2), (2, 2, 1, 0))
    grid = solve_rates(facts, 1)
    cells = {(cell["before"], cell["now"]): (cell["count"], cell["way"]) for cell in grid["cells"]}
    assert cells == {("0", "2"): (2, "more often"), ("1", "1"): (1, "as often"), ("2", "0"): (1, "less often")}
    assert (grid["unit"], grid["labels"], grid["most"]) == ("samples solved, of 2", ["0", "1", "2"], 2)


def test_unequal_numbers_of_samples_are_rounded_to_tenths(two_rounds):
    def add(rows):
        rows.graded(1, "toy/0", 2, "pass")

    facts, _ = two_rounds((1, 1), (2, 1), add)
    grid = solve_rates(facts, 1)
    assert grid["unit"] == "share of samples solved, rounded" and len(grid["labels"]) == 11
    assert {(cell["before"], cell["now"]) for cell in grid["cells"]} == {("50%", "100%"), ("50%", "50%")}


def test_rounds_without_common_problems_have_no_grid(seen):
    def fill(rows):
        for round in (0, 1):
            rows.ended(round)
            rows.graded(round, f"toy/{round}", 0, "pass")

    assert solve_rates(seen(fill)[0], 1) is None
