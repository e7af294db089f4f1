"""Files of whole tables, made once per state of the store and read in place by ranges."""

from __future__ import annotations

import shutil
import tempfile
import threading
from email.utils import format_datetime
from pathlib import Path
from typing import Annotated, Literal, cast

from fastapi import APIRouter, Request
from fastapi import Path as PathPart
from fastapi.responses import FileResponse, Response

from ambos.flows.data import bulk
from ambos.flows.data.bulk import TYPES, File, Kind
from ambos.model import Dataset
from ambos.web.api.forms import json_text
from ambos.web.page import FRESH, site_of
from ambos.web.site import Site

router = APIRouter(prefix="/api/v1/bulk", tags=["bulk"])


class Files:
    """Exported files of the newest state of a store, in a folder that goes when the application does."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="ambos-bulk-")
        self._lock = threading.Lock()
        self._tag = ""
        self._files: dict[str, dict[Kind, File]] = {}

    def of(self, site: Site, dataset: Dataset) -> dict[Kind, File]:
        """The files of a dataset; made if this is the first that asks for them."""
        with self._lock:
            workspace, tag = site.workspace, site.state().tag
            if tag != self._tag:
                for old in Path(self._folder.name).iterdir():
                    if old.name != self._tag:  # the state before stays for those who are reading it
                        shutil.rmtree(old)
                self._tag, self._files = tag, {}
            if dataset.id not in self._files:
                self._files[dataset.id] = bulk.export(workspace, dataset, Path(self._folder.name) / tag)
            return self._files[dataset.id]


def files_of(request: Request) -> Files:
    """The exported files of the application."""
    state = request.app.state
    if not hasattr(state, "files"):
        state.files = Files()
    return cast("Files", state.files)


@router.get(
    "/datapackage.json",
    summary="Descriptor of all tables (Data Package 2)",
    openapi_extra={"x-es": "Descriptor de todas las tablas (Data Package 2)"},
    response_class=Response,
    responses={200: {"content": {"application/json": {"schema": {"type": "object", "required": ["resources"]}}}}},
)
def datapackage(request: Request) -> Response:
    """Describe the files: columns, licences, sources, sizes, hashes."""
    site, files = site_of(request), files_of(request)
    made = {d.id: files.of(site, d) for d in bulk.held(site.workspace)}
    described = bulk.descriptor(site.workspace, made, site.state().since)
    headers = {"Cache-Control": f"public, max-age={FRESH}"}
    return Response(json_text(described), headers=headers, media_type="application/json")


@router.get(
    "/{dataset}.{ext}",
    summary="All rows of a dataset, every vintage; reads by ranges",
    openapi_extra={"x-es": "Todos los renglones de un conjunto de datos, con todas sus versiones; se lee por rangos"},
    response_class=FileResponse,
    responses={
        200: {"content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in TYPES.values()}},
        206: {"description": "The bytes of the header Range"},
        416: {"description": "No such range"},
    },
)
def table(
    request: Request, dataset: Annotated[str, PathPart(max_length=100)], ext: Literal["parquet", "csv"]
) -> Response:
    """Send the file of a dataset, or the range of it that is asked for."""
    site = site_of(request)
    file = files_of(request).of(site, bulk.dataset_of(site.workspace, dataset))[ext]
    tag = f'"{file.sha256[:20]}"'
    headers = {
        "Cache-Control": f"public, max-age={FRESH}",
        "ETag": tag,
        "Last-Modified": format_datetime(site.state().since, usegmt=True),
    }
    known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if tag in known:
        return Response(status_code=304, headers=headers)
    name = f"{dataset}.{ext}"
    return FileResponse(
        file.path, headers=headers, media_type=TYPES[ext], filename=name, content_disposition_type="inline"
    )
