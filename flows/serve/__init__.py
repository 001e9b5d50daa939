"""`ssd-iter serve`: Prefect's server and its pages, a worker for what is launched there, and the reports over HTTP."""
