"""The peer: a bot on Microsoft's archived SDK that answers each page of a dialog with one that stands ready.

It checks no token, keeps nothing and asks nothing. `python -m bench.teams_peer PAGES as_shipped|mended` serves it, on a
port that it prints. An answer with a body is a fault of the SDK (it serialises it twice): mended in both, since nothing
would be answered at all. *Mended* is also its list of status codes, which it builds anew twice a turn, a set.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from aiohttp import web
from botbuilder.core import InvokeResponse
from botbuilder.core.teams import TeamsActivityHandler
from botbuilder.integration.aiohttp import CloudAdapter, ConfigurationBotFrameworkAuthentication
from botbuilder.schema import Attachment
from botbuilder.schema.teams import (
    TaskModuleContinueResponse,
    TaskModuleRequest,
    TaskModuleResponse,
    TaskModuleTaskInfo,
)
from msrest.universal_http.requests import ClientRetryPolicy


class Bot(TeamsActivityHandler):  # type: ignore[misc]
    """Answers turn `n` of a dialog with its page."""

    def __init__(self, pages: list[dict[str, Any]]) -> None:
        super().__init__()
        self.pages = pages

    async def on_teams_task_module_submit(self, _: object, asked: TaskModuleRequest) -> TaskModuleResponse:
        """The next page."""
        page = self.pages[asked.data["n"]]
        card = Attachment(content_type=page["card"]["contentType"], content=page["card"]["content"])
        info = TaskModuleTaskInfo(title=page["title"], height=page["height"], width=page["width"], card=card)
        return TaskModuleResponse(task=TaskModuleContinueResponse(value=info))

    @staticmethod
    def _create_invoke_response(body: object = None) -> InvokeResponse:
        return InvokeResponse(status=200, body=body)


class Nobody:
    """Without an id of its own the SDK checks no token."""

    APP_ID = ""
    APP_PASSWORD = ""


def application(pages: list[dict[str, Any]]) -> web.Application:
    """The server of the peer."""
    adapter, bot = CloudAdapter(ConfigurationBotFrameworkAuthentication(Nobody())), Bot(pages)

    async def messages(request: web.Request) -> web.Response:
        answer: web.Response = await adapter.process(request, bot)
        return answer

    app = web.Application()
    app.router.add_post("/api/messages", messages)
    return app


def mend() -> None:
    """Let the retry policy keep its codes as a set."""
    ClientRetryPolicy.safe_codes = frozenset(ClientRetryPolicy.safe_codes)  # type: ignore[assignment]


async def serve(app: web.Application) -> None:
    """Serve until the process is ended; the port goes to standard output."""
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    if sys.argv[2] == "mended":
        mend()
    asyncio.run(serve(application(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))))
