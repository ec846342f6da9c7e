"""A page as a PDF file, by WeasyPrint; it reads our own static files and nothing else.

WeasyPrint needs libraries of the system (Pango).  Where they are missing, only this does not work.
"""

from __future__ import annotations

from mimetypes import guess_type
from typing import Any
from urllib.parse import unquote, urlsplit

from web.assets import STATIC

HERE = "http://unei.invalid"  # an address that no network knows
PREFIX = "/static/"


class PdfUnavailableError(Exception):
    """The libraries WeasyPrint needs are not on this machine."""


def pdf_of(html: str) -> bytes:
    """The document, A4, with title and language of its HTML.

    Raises:
        PdfUnavailableError: a library of the system is missing.
    """
    try:
        import weasyprint  # noqa: PLC0415 - the rest of the product works without it
        from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415
    except OSError as error:
        raise PdfUnavailableError(str(error)) from error

    class OwnFiles(URLFetcher):  # type: ignore[misc]  # the library is untyped
        """Files of our own static folder, by their address; all else is not there."""

        def fetch(self, url: str, headers: Any = None) -> Any:  # noqa: ARG002
            content, kind = own_file(url)
            return URLFetcherResponse(url, content, {"Content-Type": kind})

    document = weasyprint.HTML(string=html, base_url=f"{HERE}/", url_fetcher=OwnFiles())
    return bytes(document.write_pdf(pdf_tags=True))


def own_file(url: str) -> tuple[bytes, str]:
    """Content and type of one of our static files.

    Raises:
        ValueError: the address is another one.
    """
    parts = urlsplit(url)
    path = (STATIC / unquote(parts.path).removeprefix(PREFIX)).resolve()
    is_here = f"{parts.scheme}://{parts.netloc}" == HERE and parts.path.startswith(PREFIX)
    if not (is_here and path.is_relative_to(STATIC.resolve()) and path.is_file()):
        raise ValueError(f"no file of ours: {url}")
    return path.read_bytes(), guess_type(path.name)[0] or "application/octet-stream"
