from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ssd_iter
from ssd_iter.exceptions import ConfigError, DataError, NotFoundError
from ssd_iter.problems.base import Problem, TestCase, first_n
from ssd_iter.problems.public import livecodebench, rstar_coder, store
from ssd_iter.problems.public.base import PublicSplit
from ssd_iter.problems.public.problem_file import GROUP_ROWS, ProblemWriter, read_problems
from ssd_iter.problems.public.store import import_split, load_split, manifest_of, source_of
from ssd_iter.problems.selectors import parse_selector

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
CASES = st.lists(st.builds(TestCase, st.lists(JSON, max_size=3).map(tuple), JSON, st.booleans()), max_size=3).map(tuple)
PROBLEMS = st.builds(
    Problem,
    problem_id=TEXT, problem_set=TEXT, split=TEXT, style=st.sampled_from(["function", "stdin"]), statement=TEXT,
    starter_code=TEXT, statement_in_code=st.booleans(), entry_point=TEXT, preamble=TEXT, cases=CASES,
    comparison=st.sampled_from(["exact", "tokens", "close", "livecodebench"]), inproc=st.booleans(), reference=TEXT,
    time_limit=st.none() | st.floats(0.1, 100), memory_mb=st.none() | st.integers(1, 2**40),
    level=st.none() | st.integers(0, 5), difficulty=st.none() | TEXT, date=st.none() | TEXT,
    tags=st.lists(TEXT, max_size=3).map(tuple), family=st.none() | TEXT, semantic_key=st.none() | TEXT,
    source_version=TEXT, licence=TEXT,
)  # fmt: skip


def bare(key, **changes):
    return Problem(
        problem_id=f"small/v6/{key}", problem_set="small", split="v6", statement=f"Do {key}.", starter_code="",
        entry_point="f", source_version="0", licence="MIT", **{"reference": ""} | changes,
    )  # fmt: skip


def selected(public_set, rest):
    selector, source = parse_selector(f"{public_set.name}:{rest}", [source_of(public_set)])
    return source.load(selector, 0)


def yielding(small_set, *problems):
    return replace(small_set, parse=lambda file, split, sha256: iter(problems))


def left_behind(cache):
    return sorted(path.name for path in (cache / "problems").rglob("*"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(problems=st.lists(PROBLEMS, max_size=4), check=st.none() | TEXT)
def test_every_problem_comes_back_as_it_was(tmp_path, problems, check):
    if check is not None:
        problems = [replace(problem, cases=(), check=check) for problem in problems]
    with ProblemWriter(tmp_path / "some.parquet") as writer:
        for problem in problems:
            writer.write(problem)
    assert list(read_problems(tmp_path / "some.parquet")) == problems


def test_an_import_says_what_it_took(small_set, livecodebench_file, stdin_row, functional_row):
    path = livecodebench_file(stdin_row, functional_row)
    manifest = import_split(small_set, "v6", [path], "a" * 40)
    assert manifest == manifest_of(small_set, "v6")
    assert (manifest.rows, manifest.left_out, manifest.expected, manifest.differs) == (2, {}, 2, False)
    assert (manifest.revision, manifest.repo, manifest.licence) == ("a" * 40, "someone/small", "MIT")
    (file,) = manifest.files
    assert (file.name, file.bytes) == ("test6.jsonl", path.stat().st_size)
    problems = list(load_split(small_set, "v6"))
    assert [problem.source_version for problem in problems] == [file.sha256] * 2
    assert manifest.ssd_iter == ssd_iter.__version__


def test_the_same_files_give_the_same_content_and_other_order_another(
    small_set, livecodebench_file, stdin_row, functional_row
):
    one, other = livecodebench_file(stdin_row, name="a.jsonl"), livecodebench_file(functional_row, name="b.jsonl")
    first = import_split(small_set, "v6", [one, other], None).content_sha256
    assert import_split(small_set, "v6", [one, other], None).content_sha256 == first
    assert import_split(small_set, "v6", [other, one], None).content_sha256 != first


def test_another_number_of_problems_is_reported_not_refused(small_set, livecodebench_file, stdin_row):
    manifest = import_split(small_set, "v6", [livecodebench_file(stdin_row)], None)
    assert manifest.differs and manifest.rows == 1
    unknown = replace(small_set, splits={"v6": PublicSplit(files=("a.jsonl",))})
    assert not import_split(unknown, "v6", [livecodebench_file(stdin_row)], None).differs


def test_what_cannot_be_used_is_left_out_and_counted(small_set, livecodebench_file, stdin_row):
    rows = [
        stdin_row,
        stdin_row | {"question_content": "Another."},  # the same id
        stdin_row | {"question_id": "b"},  # the same content
        stdin_row | {"question_id": "c", "question_content": "nul \0"},
        stdin_row | {"question_id": "d", "question_content": "half \ud83d"},
    ]
    manifest = import_split(small_set, "v6", [livecodebench_file(*rows)], None)
    assert manifest.rows == 1
    assert manifest.left_out == {
        "the same id as one before": 1,
        "the same content as one before": 1,
        "a NUL or a lone surrogate in its text": 2,
    }
    assert [problem.problem_id for problem in load_split(small_set, "v6")] == ["livecodebench/v6/abc400_a"]


def test_what_is_left_out_hides_nothing_behind_it(small_set, tmp_path):
    (tmp_path / "x").touch()
    problems = [bare("a", reference="\0"), bare("a"), bare("b", semantic_key="one"), bare("c", semantic_key="one")]
    manifest = import_split(yielding(small_set, *problems), "v6", [tmp_path / "x"], None)
    assert manifest.left_out == {"a NUL or a lone surrogate in its text": 1, "the same statement as one before": 1}
    assert [p.problem_id for p in load_split(small_set, "v6")] == ["small/v6/a", "small/v6/b"]


def test_a_lone_surrogate_in_a_case_is_kept(small_set, tmp_path):
    (tmp_path / "x").touch()
    problem = bare("a", cases=(TestCase(("\ud83d\0",), "\udfff"),))
    import_split(yielding(small_set, problem), "v6", [tmp_path / "x"], None)
    assert list(load_split(small_set, "v6")) == [problem]


def test_a_broken_row_is_named_with_its_file_and_what_was_there_stays(small_set, livecodebench_file, stdin_row, cache):
    good, bad = livecodebench_file(stdin_row, name="a.jsonl"), livecodebench_file(stdin_row, "{", name="b.jsonl")
    with pytest.raises(DataError, match=r"b\.jsonl: line 2: no JSON"):
        import_split(small_set, "v6", [good, bad], None)
    assert left_behind(cache) == ["small"]
    before = import_split(small_set, "v6", [good], None)
    with pytest.raises(DataError, match="line 2"):
        import_split(small_set, "v6", [good, bad], None)
    assert manifest_of(small_set, "v6") == before
    assert left_behind(cache) == ["manifest.json", "problems.parquet", "small", "v6"]


def test_a_row_nested_too_deeply_is_a_data_error(small_set, livecodebench_file):
    with pytest.raises(DataError, match=r"test6\.jsonl: nested too deeply"):
        import_split(small_set, "v6", [livecodebench_file('{"a":' * 100_000)], None)


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, SystemExit, MemoryError])
def test_an_interrupted_import_leaves_nothing(small_set, tmp_path, cache, interruption):
    def parse(file, split, sha256):
        yield bare("a")
        raise interruption

    (tmp_path / "x").touch()
    with pytest.raises(interruption):
        import_split(replace(small_set, parse=parse), "v6", [tmp_path / "x"], None)
    assert left_behind(cache) == ["small"]


def test_a_file_without_problems_of_the_split_is_refused(livecodebench_file, stdin_row, cache):
    path = livecodebench_file(stdin_row | {"contest_date": "2023-05-01T00:00:00"})
    with pytest.raises(DataError, match=r"no problem of livecodebench:v6 \(dated 2025-02-01 to 2025-05-31\)"):
        import_split(livecodebench.SET, "v6", [path], None)
    assert left_behind(cache) == ["livecodebench"]


@pytest.mark.parametrize("use", [manifest_of, load_split, lambda public_set, split: selected(public_set, split)])
def test_what_is_not_imported_names_the_command_the_file_and_its_address(use):
    with pytest.raises(NotFoundError) as error:
        use(livecodebench.SET, "v6")
    assert "`ssd-iter problems import livecodebench --split v6`" in str(error.value)
    address = "https://huggingface.co/datasets/livecodebench/code_generation_lite/resolve/main/test6.jsonl"
    assert address in str(error.value) and "`--file PATH`" in str(error.value)


def test_files_that_only_the_hub_can_list_are_named_by_their_pattern():
    with pytest.raises(NotFoundError, match=r"seed_sft/\*\.parquet from https://\S+/microsoft/rStar-Coder/tree/main"):
        manifest_of(rstar_coder.SET, "seed_sft")


def test_an_unknown_split_no_file_and_a_missing_file_are_refused(small_set, tmp_path):
    with pytest.raises(ConfigError, match="unknown split 'v7'; valid: v6"):
        import_split(small_set, "v7", [tmp_path / "x"], None)
    with pytest.raises(ConfigError, match=r"no file to import; bring .*resolve/main/a\.jsonl"):
        import_split(small_set, "v6", [], None)
    with pytest.raises(NotFoundError, match=r"no problem file at .*: No such file"):
        import_split(small_set, "v6", [tmp_path / "x"], None)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"files": [1]}', '{"files": [], "more": 1}'])
def test_a_broken_manifest_says_to_import_again(small_set, cache, content):
    (cache / "problems/small/v6").mkdir(parents=True)
    (cache / "problems/small/v6/manifest.json").write_text(content)
    with pytest.raises(DataError, match=r"manifest\.json is no manifest .*ssd-iter problems import small"):
        manifest_of(small_set, "v6")


@pytest.mark.parametrize("content", [None, b"", b"PAR1 no", "other columns"])
def test_a_broken_file_of_problems_says_to_import_again(small_set, livecodebench_file, stdin_row, cache, content):
    import_split(small_set, "v6", [livecodebench_file(stdin_row)], None)
    path = cache / "problems/small/v6/problems.parquet"
    path.unlink()
    if content == "other columns":
        livecodebench_file(stdin_row).rename(path)
    elif content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError, match=r"problems\.parquet is not a readable .*ssd-iter problems import small"):
        list(load_split(small_set, "v6"))


def test_many_problems_keep_their_order_over_row_groups_and_n_takes_the_same(small_set, tmp_path):
    (tmp_path / "x").touch()
    problems = [bare(str(number), cases=(TestCase((number,), 1),)) for number in range(2 * GROUP_ROWS + 10)]
    import_split(yielding(small_set, *problems), "v6", [tmp_path / "x"], None)
    assert list(load_split(small_set, "v6")) == problems
    assert selected(small_set, "v6") == problems
    for n in (1, 7, len(problems)):
        assert selected(small_set, f"v6?n={n}") == first_n(problems, n, "")
    with pytest.raises(ConfigError, match=r"small:v6\?n=99999: there are only 2010 problems"):
        selected(small_set, "v6?n=99999")


def test_problems_are_read_as_they_are_asked_for(small_set, tmp_path, monkeypatch):
    (tmp_path / "x").touch()
    problems = [bare(str(number)) for number in range(3 * GROUP_ROWS)]
    import_split(yielding(small_set, *problems), "v6", [tmp_path / "x"], None)
    made = []
    monkeypatch.setattr("ssd_iter.problems.public.problem_file._problem", lambda row: made.append(row))
    next(load_split(small_set, "v6"))
    assert len(made) == 1


def test_statements_repeated_across_shards_are_stored_once(tmp_path, monkeypatch):
    texts = {"x": "Say hello.", "y": "Say  hello."}

    def parse(file, split, sha256):
        text = texts[file.read().decode()]
        yield bare(text, semantic_key="statement:" + " ".join(text.split()))

    for name in texts:
        (tmp_path / name).write_text(name)
    shards = replace(rstar_coder.SET, parse=parse)
    manifest = import_split(shards, "seed_sft", [tmp_path / "x", tmp_path / "y"], None)
    assert (manifest.rows, manifest.left_out) == (1, {"the same statement as one before": 1})


def test_the_catalog_sees_the_set_whether_imported_or_not(small_set):
    source = source_of(small_set)
    assert (source.name, source.splits, source.keys) == ("small", ("v6",), ("n",))


def test_a_new_import_replaces_the_old_one_whole(small_set, livecodebench_file, stdin_row, functional_row, cache):
    import_split(small_set, "v6", [livecodebench_file(stdin_row)], "a" * 40)
    import_split(small_set, "v6", [livecodebench_file(functional_row)], None)
    assert manifest_of(small_set, "v6").revision is None
    assert [problem.problem_id for problem in load_split(small_set, "v6")] == ["livecodebench/v6/3800"]
    assert left_behind(cache) == ["manifest.json", "problems.parquet", "small", "v6"]


def test_the_manifest_is_a_json_document_for_others_to_read(small_set, livecodebench_file, stdin_row, cache):
    import_split(small_set, "v6", [livecodebench_file(stdin_row)], None)
    document = json.loads((cache / "problems/small/v6/manifest.json").read_text())
    assert document.keys() == {
        "set", "split", "repo", "revision", "files", "rows", "left_out", "expected", "licence", "imported_at",
        "content_sha256", "ssd_iter",
    }  # fmt: skip
    assert document["files"][0].keys() == {"name", "sha256", "bytes"}


def test_the_store_does_not_load_the_hub():
    code = "import sys; import ssd_iter.problems.public.store; print('huggingface_hub' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "False\n"
    assert not hasattr(store, "fetch")
