"""A world's tools as an MCP server, on stdio or over HTTP: each client has a copy of the world of its own.

Over HTTP a client's copy is known by the session that the protocol gives it or, for clients without one, by `?session=NAME` in
the URL. `POST /reset` (with the same `?session=NAME`) puts it back to where it began.
"""

import json
from collections import OrderedDict
from typing import Any

from turnwise.errors import CallRefused, ModelFault, TurnwiseError
from turnwise.worlds.backend import Backend, open_backend
from turnwise.worlds.world import World

MOST_SESSIONS = 500
"""copies kept at once; the one that was not used for longest goes first"""


class Sessions:
    """Live copies of a world by name."""

    def __init__(self, world: World, seed: int = 0) -> None:
        self.world = world
        self._seed = seed
        self._open: OrderedDict[str, Backend] = OrderedDict()

    def __getitem__(self, name: str) -> Backend:
        if name not in self._open:
            while len(self._open) >= MOST_SESSIONS:
                self._open.popitem(last=False)[1].close()
            self._open[name] = open_backend(self.world, self._seed, self.world.reference_time, None)
        self._open.move_to_end(name)
        return self._open[name]

    def reset(self, name: str) -> None:
        """Forget what was done in a copy."""
        if (backend := self._open.pop(name, None)) is not None:
            backend.close()

    def close(self) -> None:
        """Free all copies."""
        for name in list(self._open):
            self.reset(name)


def mcp_server(sessions: Sessions) -> Any:
    """A server of the MCP SDK with the world's tools; TurnwiseError where the SDK is not installed."""
    try:
        from mcp.server.lowlevel import Server
        from mcp.types import CallToolResult, ListToolsResult, TextContent, Tool, ToolAnnotations
    except ImportError as error:
        raise TurnwiseError("serving needs the MCP SDK: pip install 'turnwise[mcp]'") from error
    world = sessions.world
    listed = [
        Tool(
            name=tool.name,
            description=tool.description,
            input_schema=tool.parameters,
            annotations=ToolAnnotations(
                read_only_hint=tool.effect == "read", destructive_hint=tool.effect == "write" and tool.consequential
            ),
        )
        for tool in world.tools
    ]

    async def list_tools(context: Any, params: Any) -> ListToolsResult:
        return ListToolsResult(tools=listed)

    async def call_tool(context: Any, params: Any) -> CallToolResult:
        try:
            result = await sessions[_client(context)].call(params.name, params.arguments or {})
        except (CallRefused, ModelFault) as refused:
            return CallToolResult(content=[TextContent(type="text", text=str(refused))], is_error=True)
        text = json.dumps(result, ensure_ascii=False)
        return CallToolResult(content=[TextContent(type="text", text=text)])

    return Server(world.name, instructions=world.policy or None, on_list_tools=list_tools, on_call_tool=call_tool)


def _client(context: Any) -> str:
    """The name of the client's copy."""
    request = context.request
    if request is None:
        return "stdio"
    return str(request.query_params.get("session") or request.headers.get("mcp-session-id") or "default")


async def serve_stdio(sessions: Sessions) -> None:
    """Serve one client on standard input and output until it leaves."""
    from mcp.server.stdio import stdio_server

    server = mcp_server(sessions)
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


def http_app(sessions: Sessions, host: str = "127.0.0.1") -> Any:
    """An ASGI application: MCP at /mcp, `POST /reset`."""
    from starlette.requests import Request
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    async def reset(request: Request) -> JSONResponse:
        name = request.query_params.get("session") or request.headers.get("mcp-session-id") or "default"
        sessions.reset(name)
        return JSONResponse({"reset": name})

    routes = [Route("/reset", reset, methods=["POST"])]
    return mcp_server(sessions).streamable_http_app(host=host, custom_starlette_routes=routes)
