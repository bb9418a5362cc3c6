"""The app's door: `streamlit run` finds this file, `uvicorn streamlit_app:app` serves it. The screens begin in explorer/main.py.

The router is not this file, because Streamlit takes a `pages` folder beside its script for pages of its own and
would then open a deep link without the router.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ROOT = Path(__file__).resolve().parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))                                              # `embeddings` and `explorer`, from anywhere


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Warm up before the server says it is ready: beside the first page it would only take turns with it."""
    from explorer.warm import warm_up

    warm_up()
    gc.collect()
    gc.freeze()                                                                # what is loaded by now stays; later collections skip it
    yield


class ChartsAhead:
    """Tells the browser with every page which script draws the charts, so that it loads beside the rest and not after it.

    Streamlit asks for it when the first chart arrives; it is 5 MB, and the first picture waited for it. Where a Streamlit
    of another version calls the file by another name, nothing is told and all works as before.
    """

    def __init__(self, app: ASGIApp) -> None:
        scripts = sorted((Path(st.__file__).parent / "static" / "static" / "js").glob("PlotlyChart.*.js"))
        self.app, self.links = app, [f"</static/js/{script.name}>; rel=modulepreload" for script in scripts]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add the header to pages of HTML."""

        async def send_with_links(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    for link in self.links:
                        headers.append("link", link)
            await send(message)

        await self.app(scope, receive, send_with_links if scope["type"] == "http" else send)


async def exported(request: Request) -> Response:
    """A file that an export wrote, from the folder "exports" of the data folder and from nowhere else, a block at a time."""
    from embeddings.home import home

    folder = home() / "exports"
    files = {file.name: file for file in folder.iterdir() if file.is_file() and not file.is_symlink()} if folder.is_dir() else {}
    path = files.get(request.path_params["name"])
    if path is None or path.name.startswith("."):
        return PlainTextResponse("There is no such file here any longer. Export the space again on the page Vectors.", 404)
    safe = {"X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin"}
    return FileResponse(path, media_type="application/octet-stream", filename=path.name, headers=safe)


app = st.App(
    ROOT / "explorer" / "main.py",
    lifespan=lifespan,
    middleware=[Middleware(ChartsAhead)],
    routes=[Route("/exports/{name}", exported)],
)
