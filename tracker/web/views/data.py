"""The whole record as files, made each night."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from tracker.events.publish import dumps
from tracker.web.pages.render import render_page
from tracker.web.pages.site import DataPage


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    return render_page(request, "web/data.html", DataPage(tuple(dumps.dump_files())))


@require_safe
def file(request: HttpRequest, name: str) -> HttpResponseBase:
    """One of the files, or its checksum; 304 for whoever has it."""
    path = dumps.dump_path(name)
    if path is None:
        raise Http404
    told = path.stat()
    # Inode and time of change: a checksum would read the whole file at each request.
    etag, changed = f'"{told.st_ino:x}-{told.st_mtime_ns:x}"', int(told.st_mtime)
    same = get_conditional_response(request, etag=etag, last_modified=changed)
    if same is not None:
        return same
    kind = "text/plain" if name.endswith(".sha256") else "application/gzip"
    answer = FileResponse(path.open("rb"), content_type=kind)
    answer["ETag"], answer["Last-Modified"] = etag, http_date(changed)
    return answer
