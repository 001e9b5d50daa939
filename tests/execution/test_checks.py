"""Tests run on the trusted side: what they find, what they cannot be made to find, and what is their own fault."""

from __future__ import annotations

from contextlib import closing
from textwrap import dedent

import pytest

from ssd_iter.execution.limits import Limits
from ssd_iter.execution.programs import Program
from ssd_iter.execution.sandbox import Sandbox, execute
from ssd_iter.problems.base import TestCase

SHORT = Limits(cpu_seconds=0.3)
HELPER = "def helper(): return 5"
CHECK = "def check(candidate):\n    assert candidate(1) == 2"


@pytest.fixture(scope="module")
def sandbox(level):
    with closing(Sandbox(level, 1)) as opened:
        yield opened


@pytest.fixture
def judge(sandbox):
    """Results of candidates `f` against a check each, one after another in one worker."""

    def judge_all(*pairs, **more):
        programs = [Program(code=dedent(code), entry_point="f", check=dedent(check), **more) for code, check in pairs]
        return [result for _, result in sorted(sandbox.run(programs), key=lambda pair: pair[0])]

    return judge_all


@pytest.fixture
def answer(sandbox):
    """Results of candidates `f`, one after another in one worker, each asked for `f(1) == 2`."""

    def ask_all(*codes, **more):
        cases = (TestCase((1,), [2]),)
        programs = [Program(code=dedent(code), entry_point="f", cases=cases, limits=SHORT, **more) for code in codes]
        return [result for _, result in sorted(sandbox.run(programs), key=lambda pair: pair[0])]

    return ask_all


def test_a_failed_assertion_is_wrong_and_names_its_line(judge):
    check = "def check(candidate):\n    for x in (1, 2, 3):\n        assert candidate(x) < 3, 'too large'"
    [result] = judge(("def f(x): return x", check))
    assert (result.verdict, result.detail) == ("wrong", "assert candidate(x) < 3, 'too large'")
    assert (result.num_tests, result.num_passed) == (1, 0)


def test_what_the_candidate_raises_is_told_in_its_own_words(judge):
    code = "class Odd(Exception): pass\ndef f(x): raise Odd('not', x)"
    [result] = judge((code, CHECK))
    assert (result.verdict, result.detail) == ("exception", "Odd: ('not', 1)")


@pytest.mark.parametrize(
    ("raised", "verdict"),
    [
        ("ValueError('no')", "pass"),
        ("Mine('no')", "pass"),
        ("UnicodeDecodeError('utf-8', b'', 0, 1, 'no')", "pass"),
        ("KeyError('no')", "exception"),
        ("BaseMine('no')", "exception"),
        ("SystemExit(0)", "exit"),
        ("MemoryError", "memory"),
    ],
)
def test_tests_can_expect_an_exception_by_its_builtin_class(judge, raised, verdict):
    code = f"class Mine(ValueError): pass\nclass BaseMine(BaseException): pass\ndef f(x): raise {raised}"
    check = """
        def check(candidate):
            try:
                candidate(1)
            except ValueError:
                return
            assert False
    """
    [result] = judge((code, check))
    assert result.verdict == verdict


@pytest.mark.parametrize(
    ("end", "verdict"),
    [
        ("os._exit(0)", "exit"),
        ("os.abort()", "crash"),
        ("sys.exit(0)", "exit"),
        ("[0] * 10**12", "memory"),
        ("os.close(3)", "exit"),
        ("[0 for _ in iter(int, 1)]", "timeout:cpu"),
        ("os.write(3, b'noise, noise')", "protocol"),
    ],
)
def test_tests_that_catch_everything_do_not_make_a_dead_candidate_pass(judge, end, verdict):
    code = f"import os, sys\ndef f(x):\n    if x == 2: {end}\n    return x"
    check = """
        def check(candidate):
            assert candidate(1) == 1
            for x in (2, 3):
                try:
                    candidate(x)
                except:
                    pass
    """
    [result] = judge((code, check), limits=SHORT)
    assert result.verdict == verdict


def test_tests_may_call_the_candidate_by_its_name(judge):
    results = judge(("def f(x): return x + 1", "def check(candidate): assert f(1) == 2"), ("def f(x): 1", CHECK))
    assert [result.verdict for result in results] == ["pass", "wrong"]


def test_the_candidate_may_rely_on_the_preamble_and_cannot_change_the_tests_arguments(judge):
    check = "def check(candidate):\n    a = [1]\n    assert candidate(a) == [1, 5]\n    assert a == [1]"
    [result] = judge(("def f(a):\n    a.append(helper())\n    return a", check), preamble=HELPER)
    assert result.verdict == "pass"


def test_arguments_and_answers_of_every_kind_of_data_cross(judge):
    code = "def f(*args, **kwargs): return args, kwargs"
    check = """
        from decimal import Decimal
        def check(candidate):
            args = (None, True, 2**70, 1.5, 'a\\0', b'a', [1], (1,), {1: {2}}, frozenset('a'), 1j, range(3), Decimal(1))
            assert candidate(*args, word=args) == (args, {'word': args})
            assert candidate(10**5000)[0][0] == 10**5000
    """
    assert judge((code, check))[0].verdict == "pass"


@pytest.mark.parametrize(
    ("check", "words"),
    [
        ("def check(candidate): pass", "never ask the candidate for anything"),
        ("def check(candidate): assert callable(candidate)", "never ask"),
        ("raise OSError('gone')\n" + CHECK, "could not be loaded: OSError: gone"),
        ("import no_such_module\n" + CHECK, "could not be loaded: ModuleNotFoundError: No module named"),
        ("def check(candidate) assert 1", "could not be loaded: SyntaxError: "),
        ("import sys\nsys.exit(0)\n" + CHECK, "could not be loaded: SystemExit: 0"),
        ("while True: pass", "could not be loaded: that takes over"),
        ("def test(candidate): assert candidate(1) == 2", "no `check` in them"),
        ("def check(candidate): assert candidate(one) == 2", "NameError: name 'one' is not defined at"),
        ("def check(candidate):\n    candidate(1)\n    import no_such_module", "ModuleNotFoundError"),
        ("def check(candidate):\n    candidate(1)\n    raise SystemExit(0)", "SystemExit: 0 at raise SystemExit(0)"),
        ("def check(candidate): assert candidate(lambda x: x) == 2", "they need `inproc`"),
        ("def check(candidate): assert candidate(key=[len]) == 2", "they need `inproc`"),
    ],
)
def test_faults_of_the_tests_are_told_as_theirs_and_not_tried_again(judge, check, words):
    broken, clean = judge(("def f(x=1, key=1): return 2", check), ("def f(x): return 2", CHECK), limits=SHORT)
    assert (broken.verdict, broken.attempts, broken.tests) == ("sandbox_error", 1, ())
    assert "the problem's tests" in broken.detail and words in broken.detail
    assert clean.verdict == "pass"


def test_a_candidate_cannot_pass_off_a_fault_of_its_own_as_one_of_the_tests(judge):
    results = judge(
        ("def f(x): raise NameError('candidate')", CHECK),
        ("def f(x): import no_such_module", CHECK),
        ("def f(x): raise SystemExit", CHECK),
        ("import no_such_module", CHECK),
        ("def f(x): return None", "def check(candidate): assert len(candidate(1)) == 2"),
    )
    assert [result.verdict for result in results] == ["exception", "exception", "exit", "exception", "wrong"]


@pytest.mark.parametrize(
    ("code", "check", "verdict", "detail"),
    [
        ("def f(g): return g(1)", "def check(candidate): assert candidate(lambda x: x) == 1", "pass", ""),
        ("def f(g): return g(2)", "def check(candidate): assert candidate(lambda x: x) == 1", "wrong", "def check"),
        ("def f(a): a.append(2)", "def check(c):\n    a = [1]\n    c(a)\n    assert a == [1, 2]", "pass", ""),
        (
            "def f(a): a.append(3)",
            "def check(c):\n    a = [1]\n    c(a)\n    assert a == [1, 2]",
            "wrong",
            "assert a ==",
        ),
        ("def f(a): assert a", "def check(c):\n    c([])", "exception", "AssertionError"),
        ("def f(a): return 1", "def check(c):\n    assert f(1) == 1", "pass", ""),
        ("def f(a): return 1", "def check(c):\n    assert helper() == 5 and c(1) == 1", "pass", ""),
        ("import os\ndef f(a): os._exit(0)", "def check(c): c(1)", "exit", "left with status 0"),
        ("def f(a): return 1", "def check(c) c(1)", "sandbox_error", "the problem's tests could not be loaded"),
        ("def f(a): return 1", "def test(c): c(1)", "sandbox_error", "the problem's tests could not be loaded"),
    ],
)
def test_tests_in_the_candidates_process_see_all_it_does(judge, code, check, verdict, detail):
    [result] = judge((code, check), preamble=HELPER, inproc=True)
    assert result.verdict == verdict
    assert result.detail.startswith(detail)


def test_an_answer_that_keeps_the_tests_busy_for_ever_is_a_timeout(judge):
    check = "def check(candidate):\n    left = candidate(1)\n    while left: left += 1"
    busy, clean = judge(("def f(x): return x", check), ("def f(x): return 0", check), limits=SHORT)
    assert (busy.verdict, clean.verdict) == ("timeout:cpu", "pass")
    assert "keep the tests busy" in busy.detail


def test_nothing_that_tests_leave_behind_reaches_the_next_program(judge):
    mess = """
        import random
        random.seed(99)
        leak = random.random()
        def check(candidate):
            global leak, f
            leak = candidate(1)
            f = lambda x: 2
    """
    check = "import random\ndef check(candidate): assert candidate(random.random()) == -1, 'leak' in globals()"
    shown = "def f(x): return x if isinstance(x, int) else -(x == {})"
    first = judge(("def f(x): raise ValueError(x)", check))[0].detail
    rolled = float(first.removeprefix("ValueError: "))
    results = judge((shown.format(rolled), mess), (shown.format(rolled), check), ("def f(x): 1", "leak\n" + CHECK))
    assert [result.verdict for result in results] == ["pass", "pass", "sandbox_error"]


@pytest.mark.parametrize(
    "forgery",
    [
        "def helper(x): return 2",
        "import sys\nsys.modules['candidate'].helper = lambda x: 2",
        "import builtins\nbuiltins.helper = lambda x: 2",
        "def check(candidate): pass",
        "class AssertionError(Exception): pass\nimport builtins\nbuiltins.AssertionError = ValueError",
    ],
)
def test_a_candidate_cannot_replace_what_the_tests_rely_on(judge, forgery):
    check = "def check(candidate): assert helper(candidate(1)) == 2"
    forged, right = judge(
        (f"{forgery}\ndef f(x): return 2", check),
        ("def f(x): return helper(x) - 10", check),
        preamble="def helper(x): return 10 + x if x > 1 else 11 if x == 1 else 2",
    )
    assert (forged.verdict, right.verdict) == ("wrong", "wrong")


def test_random_numbers_and_hashes_repeat_wherever_a_program_runs(answer, level):
    code = "import random\ndef f(x): return [hash('word'), random.random(), list({'a', 'b', 'c'})]"
    before = "import random\nrandom.seed(7)\ndef f(x): return hash(random.random())"
    program = Program(code=code, entry_point="f", cases=(TestCase((1,), [2]),), limits=SHORT)
    [(_, alone)] = execute([program], isolation=level, workers=1)
    after = answer(before, f"{code} # again")[1]
    assert alone.detail.startswith("got [") and after.detail == alone.detail


@pytest.mark.parametrize("comparison", ["exact", "close", "livecodebench"])
def test_no_answer_whatever_it_is_becomes_a_fault_of_the_sandbox(answer, comparison):
    expressions = ["Decimal('sNaN')", "[Decimal('sNaN')]", "Decimal(1) / 3", "Fraction(10**5000)", "range(10**5000)"]
    expressions += ["10**5000", "[10**5000]", "float('nan')", "1e999", "'\\ud800'", "(i for i in [2])", "len", "{1: f}"]
    deep = "def f(x):\n    a = []\n    for _ in range({}): a = [a]\n    return a"
    codes = [f"from decimal import Decimal\nfrom fractions import Fraction\ndef f(x): return {e}" for e in expressions]
    results = answer(*codes, *map(deep.format, (100, 300, 500, 700, 950, 2000, 10**5)), comparison=comparison)
    assert {result.verdict for result in results} == {"wrong"}


FRAMES = (
    '["value", {"t": "Fraction", "v": "1e9999999"}]',
    '["value", {"t": "range", "v": [0, 1]}, 3]',
    '["raise", "sandbox_error", "", ""]',
    '["raise", "exception", 3, ""]',
    '["setup", "not mine"]',
    '["value", ' + "[" * 700 + "]" * 700 + "]",
    '["value", {"t": "tuple", "v": ' + "[" * 990 + "]" * 990 + "}]",
    "[" * 900 + "]" * 900,
)


def test_no_forged_frame_is_a_pass_or_a_fault_of_the_sandbox(answer):
    forge = "import os, struct\ndef f(x): os.write(3, struct.pack('<I', {}) + {!r})"
    results = answer(*(forge.format(len(frame), frame.encode()) for frame in FRAMES))
    assert {result.verdict for result in results} == {"protocol", "wrong"}


def test_an_answer_that_takes_for_ever_to_read_is_a_timeout(answer):
    code = """
        import os, struct
        def f(x):
            same_hashes = ','.join(str(i * (2**61 - 1)) for i in range(40_000))
            frame = ('["value", {"t": "set", "v": [' + same_hashes + ']}]').encode()
            frame = memoryview(struct.pack('<I', len(frame)) + frame)
            while frame: frame = frame[os.write(3, frame):]
    """
    [result] = answer(code)
    assert result.verdict == "timeout:cpu"
