"""Who may come in: anybody at this computer, and others with the token that the person who runs the dashboard was given."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.auth.identity import IdentityProvider, User

from devomodel.dashboards.server.doors import Doors

AFTER_A_WRONG_TOKEN = 1.0
"""Seconds before another try: a token of 16 letters is not found by trying."""


class Visitors(IdentityProvider):
    """Nobody has a name here: there are those who may come in, and those who may not."""

    @property
    def auth_enabled(self) -> bool:
        return bool(self.token)

    async def get_user(self, handler: Any) -> User | None:
        """A visitor without a name, where no token is needed; otherwise whoever brought it, now or before."""
        if not self.auth_enabled:
            return User(username="visitor")
        found = await super().get_user(handler)  # type: ignore[misc]
        if found is None and handler.get_argument("token", ""):
            await asyncio.sleep(AFTER_A_WRONG_TOKEN)
        return found


class LoginHandler(Doors):
    """Asks for the token."""

    @allow_unauthenticated
    async def get(self) -> None:
        if self.current_user is not None:
            self.redirect(self._next())
            return
        self.show("login.html", 200, next=self._next(), wrong=False, xsrf=self.xsrf_form_html())

    @allow_unauthenticated
    async def post(self) -> None:
        typed = self.get_body_argument("token", "")[:200].strip()
        token = self.identity_provider.token
        if not (token and secrets.compare_digest(typed.encode(), token.encode())):
            await asyncio.sleep(AFTER_A_WRONG_TOKEN)
            self.show("login.html", 403, next=self._next(), wrong=True, xsrf=self.xsrf_form_html())
            return
        self.identity_provider.set_login_cookie(self, User(username=secrets.token_hex(8)))
        self.redirect(self._next(), status=303)

    def _next(self) -> str:
        """Where to go afterwards: a page of ours, and nowhere else."""
        wanted = self.get_argument("next", self.base_url)
        return (
            wanted if wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable() else self.base_url
        )
