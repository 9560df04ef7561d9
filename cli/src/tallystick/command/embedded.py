"""The commands as a part of a tool's own: one issuer, one client, and whatever else its DeviceLogin was made with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tallystick.command.group import LazyGroup
from tallystick.command.tool import Tool
from tallystick.login.device_login import DeviceLogin
from tallystick.settings import MetadataCache

if TYPE_CHECKING:
    from tallystick.credentials.account import Key


def embedded_group(auth: DeviceLogin, name: str) -> LazyGroup:
    """Return the group of commands for a tool's DeviceLogin."""
    return LazyGroup(lambda: _tool_of(auth), name)


def _tool_of(auth: DeviceLogin) -> Tool:
    """Return the tool that a DeviceLogin was made for."""
    settings = auth.settings

    def open_login(key: Key, insecure: bool) -> DeviceLogin:  # noqa: FBT001  as Tool wants it
        return DeviceLogin.from_settings(
            replace(
                settings,
                issuer=key.issuer,
                client_id=key.client_id,
                profile=key.profile,
                insecure=insecure or settings.insecure,
                metadata_cache=settings.metadata_cache if key.issuer == settings.issuer else MetadataCache(),
            )
        )

    return Tool(
        app=settings.app,
        store=lambda: settings.store,
        open=open_login,
        stderr=settings.system.stderr,
        environ=settings.system.environ,
        issuer=settings.issuer,
        client_id=settings.client_id,
        profile=settings.profile,
    )
