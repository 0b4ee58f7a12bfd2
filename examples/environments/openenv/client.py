"""The client: the tools of a running server, and its episodes."""

from typing import Any

from openenv.core.env_server.mcp_types import CallToolAction
from openenv.core.mcp_client import MCPToolClient


class TurnwiseOpenEnv(MCPToolClient):
    """An episode at a time on a server: `reset(seed=number)`, then calls; `tell_user` is one."""


def call(tool: str, /, **arguments: Any) -> CallToolAction:
    """The action that calls a tool."""
    return CallToolAction(tool_name=tool, arguments=arguments)
