"""Every error ssd-iter raises on purpose.

    SsdIterError
    ├── ConfigError            a config, selector or command line that cannot be run            exit 2
    ├── NotFoundError          a run, model, problem set or file that is not there              exit 3
    ├── MissingExtraError      an optional package or device the config asks for is not here    exit 5
    ├── IsolationError         a level of isolation that does not hold on this machine          exit 5
    ├── RunLockedError         another process holds the run folder                             exit 6
    ├── StageError             a stage process ended without its done.json                      exit 1
    ├── DiskFullError          the disk that holds a run has no room left                       exit 1
    └── DataError              a file that is there but does not hold what it should            exit 1

Messages say what is wrong, where, the value, and the way out. A round that ends early for a
reason in the data (nothing left to train on, a loss that is not finite) is not an error: it is
a `Finding` row, and the run goes on record as ended.
"""

from __future__ import annotations


class SsdIterError(Exception):
    """Base of all errors below. `exit_code` is what the command line ends with."""

    exit_code = 1


class ConfigError(SsdIterError, ValueError):
    """A config, selector or command line that cannot be run."""

    exit_code = 2


class NotFoundError(SsdIterError, LookupError):
    """A run, model, problem set or file that is not there."""

    exit_code = 3


class MissingExtraError(SsdIterError, ImportError):
    """An optional package or device the config asks for is not here; the message names the install."""

    exit_code = 5


class IsolationError(SsdIterError, OSError):
    """A level of isolation that does not hold on this machine; the message names the next choice."""

    exit_code = 5


class RunLockedError(SsdIterError, RuntimeError):
    """Another process holds the run folder."""

    exit_code = 6


class StageError(SsdIterError, RuntimeError):
    """A stage process ended without writing its done.json."""


class DiskFullError(SsdIterError, OSError):
    """The disk that holds a run has no room left."""


class DataError(SsdIterError, ValueError):
    """A file that is there but does not hold what it should."""
