"""What went wrong in a page, for whoever runs the dashboard: one line in the terminal, and the whole of it when it is asked for."""

from __future__ import annotations

import logging
import os
import sys
from typing import Any

LOG = logging.getLogger("devomodel.dashboards")


class _Short(logging.Formatter):
    """One line for each thing that failed; with DEVOMODEL_DEBUG the whole of it."""

    def formatException(self, exception: Any) -> str:  # noqa: N802 (logging's own name)
        whole = super().formatException(exception)
        return whole if os.environ.get("DEVOMODEL_DEBUG") else f"({whole.splitlines()[-1]}) DEVOMODEL_DEBUG=1 tells more."


def log_to_terminal() -> None:
    """Send what is logged to the terminal of the server, past the kernel's own streams."""
    stream = sys.__stderr__
    if stream is not None and not LOG.handlers:
        handler = logging.StreamHandler(stream)
        handler.setFormatter(_Short("%(asctime)s %(message)s", "%H:%M"))
        LOG.addHandler(handler)
        LOG.propagate = False
