"""The flows that chain the stages, and the command line.

Importing this package makes Prefect quiet, before anything here imports Prefect: no telemetry, no temporary server
behind our back, no log lines among our progress.
"""

import os

HEARTBEAT_SECONDS = 30
"""How often a flow says that it is alive, so that a dead one is noticed soon; Prefect's least."""

PREFECT_QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": str(HEARTBEAT_SECONDS),
    # Heartbeats are 3 KB each, two flows' 240 an hour; Prefect would keep a week of them. No server forgets sooner.
    "PREFECT_SERVER_SERVICES_DB_VACUUM_EVENT_RETENTION_OVERRIDES": '{"prefect.flow-run.heartbeat": 3600}',
}

os.environ.update(PREFECT_QUIET)
os.environ.setdefault("PREFECT_LOGGING_LEVEL", "CRITICAL")
