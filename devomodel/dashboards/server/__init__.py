"""The server of the dashboards: Voila's kernels and notebooks behind our own doors.

Only what a visitor needs is offered: the pages, their kernel's channel, our own style and script. See docs/decisions/0007.
"""

from devomodel.dashboards.server.app import Settings, serve

__all__ = ["Settings", "serve"]
