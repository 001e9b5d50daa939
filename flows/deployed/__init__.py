"""What can be launched from Prefect's pages: each flow with its form."""

from flows.deployed.catalog import DEPLOYMENTS, Deployment

__all__ = ["DEPLOYMENTS", "Deployment"]
