"""The server: python -m turnwise_openenv.server.app --port 8000."""

import argparse

from turnwise_openenv.server.dialogues import Dialogues

from openenv.core.env_server.http_server import create_app
from openenv.core.env_server.mcp_types import CallToolAction, CallToolObservation

app = create_app(Dialogues, CallToolAction, CallToolObservation, env_name="turnwise_openenv", max_concurrent_envs=64)


def main(host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve."""
    import uvicorn

    uvicorn.run(app, host=host, port=port)


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--host", default="127.0.0.1")
    options.add_argument("--port", type=int, default=8000)
    given = options.parse_args()
    main(host=given.host, port=given.port)
