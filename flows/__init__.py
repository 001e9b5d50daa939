"""The flows that chain the stages, and the command line.

Importing this package makes Prefect quiet, before anything here imports Prefect: no telemetry, no temporary server
behind our back, no log lines among our progress.
"""

import os

PREFECT_QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
}

os.environ.update(PREFECT_QUIET)
os.environ.setdefault("PREFECT_LOGGING_LEVEL", "CRITICAL")
