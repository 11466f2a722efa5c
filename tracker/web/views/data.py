"""The whole record as files, made each night, and what they are."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from wsgiref.util import FileWrapper

from django.conf import settings
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    JsonResponse,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from tracker.events.publish import dumps
from tracker.events.publish.dictionary import csvw
from tracker.events.publish.dictionary.datacite import describe_dataset
from tracker.web.pages.render import render_page
from tracker.web.pages.site import build_data_page

CHUNK = 256 * 1024  # bytes of a file that is sent unpacked
CONTENT_TYPES = {".sha256": "text/plain", ".gz": "application/gzip", ".json": "application/json"}
PARQUET = "application/vnd.apache.parquet"


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    return render_page(request, "web/data.html", build_data_page())


@require_safe
def dictionary(request: HttpRequest) -> HttpResponse:
    """Show the meaning of each column, in CSV on the Web format."""
    tables = csvw.tables("latest.csv.gz", "latest-reports.csv.gz")
    described = {"@context": csvw.CONTEXT, "dc:description": csvw.GUARD, "tables": tables}
    return JsonResponse(described, content_type="application/csvm+json")


@require_safe
def datacite(request: HttpRequest) -> HttpResponse:
    """Show the data set's DataCite metadata, for depositing it with the newest files."""
    described = describe_dataset(
        dumps.dump_files(), settings.SITE_URL, str(settings.DATA_LICENCE), timezone.now().date()
    )
    return JsonResponse(described)


@require_safe
def file(request: HttpRequest, name: str) -> HttpResponseBase:
    """Send one of the files, or its checksum; 304 if the client has it."""
    path = dumps.dump_path(name)
    if path is None:
        raise Http404
    status = path.stat()
    # Inode and change time, since a checksum would read the whole file at each request.
    etag, changed = f'"{status.st_ino:x}-{status.st_mtime_ns:x}"', int(status.st_mtime)
    same = get_conditional_response(request, etag=etag, last_modified=changed)
    if same is not None:
        return same
    content_type = CONTENT_TYPES.get(name[name.rfind(".") :], PARQUET)
    # Not FileResponse, which the server sends by itself: at any pace (middleware/downloads).
    is_whole = name == dumps.WHOLE
    answer = StreamingHttpResponse(
        _unpacked(path) if is_whole else FileWrapper(path.open("rb"), CHUNK),
        content_type=content_type,
    )
    if not is_whole:
        answer["Content-Length"] = str(status.st_size)
    answer["ETag"], answer["Last-Modified"] = etag, http_date(changed)
    return answer


def _unpacked(path: Path) -> Iterator[bytes]:
    with gzip.open(path) as packed:
        while part := packed.read(CHUNK):
            yield part
