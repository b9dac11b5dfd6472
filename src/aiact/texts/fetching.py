"""Gets texts from the Publications Office of the European Union, by CELEX number and content negotiation.

This is the only module that opens a connection, and only ``aiact text fetch`` asks it to. It goes to hosts of the Union
alone, waits for a limited time, reads a limited number of bytes, and hands on documents: nothing it gets is run.
"""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from .documents import LARGEST, members
from .store import TextError

OFFICE = "http://publications.europa.eu/resource/celex/"
HOST = "europa.eu"  # and what is below it
ACCEPT = {"xhtml": "application/xhtml+xml", "formex": "application/zip;mtype=fmx4"}
LANGUAGES = {
    "bg": "bul", "cs": "ces", "da": "dan", "de": "deu", "el": "ell", "en": "eng", "es": "spa", "et": "est", "fi": "fin",
    "fr": "fra", "ga": "gle", "hr": "hrv", "hu": "hun", "it": "ita", "lt": "lit", "lv": "lav", "mt": "mlt", "nl": "nld",
    "pl": "pol", "pt": "por", "ro": "ron", "sk": "slk", "sl": "slv", "sv": "swe",
}  # fmt: skip
TIMEOUT = 60  # seconds without a byte
CHOICES = 40  # documents of one answer that leaves the choice to us
AGENT = "aiact (+https://w3id.org/aiact/)"


def acts() -> list[str]:
    """CELEX numbers of the texts that the knowledge base knows: the act as published, then each consolidation."""
    from ..law.names import ACT, ELI
    from ..sparql.query import law
    from .importing import versions

    graph = law()
    ours = graph.text(graph.value(ACT + "act", ELI + "id_document"), ELI + "id_local")
    return [ours, *(f"0{ours[1:]}-{version.replace('-', '')}" for version in versions(graph)[1:])]


class Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirections that stay with the Union."""

    def __init__(self, host: str) -> None:
        self.host = host

    def redirect_request(self, request, fp, code, message, headers, address):
        checked(address, self.host)
        return super().redirect_request(request, fp, code, message, headers, address)


def checked(address: str, host: str) -> str:
    """The address, if it is one of the Union. Raises ``TextError``."""
    parts = urlsplit(address)
    name = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not (name == host or name.endswith(f".{host}")):
        raise TextError(
            f"the answer leads to {parts.scheme}://{name}, which is not of {host}; nothing was fetched from there"
        )
    return address


def fetched(
    celex: str, language: str, form: str = "xhtml", office: str = OFFICE, host: str = HOST, timeout: float = TIMEOUT
) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of the documents of an act in one language. Raises ``TextError``."""
    if not re.fullmatch(r"[0-9][0-9A-Z()-]{5,40}", celex):
        raise TextError(f"“{celex}” is not a CELEX number; write one such as {acts()[0]}")
    if language not in LANGUAGES:
        raise TextError(f"“{language}” is not a language of the Union; write one of {', '.join(LANGUAGES)}")
    headers = {"Accept": ACCEPT[form], "Accept-Language": LANGUAGES[language], "User-Agent": AGENT}
    opener = urllib.request.build_opener(Redirects(host))
    address = checked(office + celex, host)
    kind, data, choices = answer(opener, address, headers, timeout, f"{celex} in {language}")
    if choices:
        for each in choices:
            checked(each, host)
            kind, data, more = answer(opener, each, headers, timeout, each)
            if more:
                raise TextError(
                    f"{each} leaves the choice again; fetch it with a browser, then: aiact text import FILE"
                )
            yield from documents(each, kind, data)
        return
    yield from documents(address, kind, data)


def answer(opener, address: str, headers: dict[str, str], timeout: float, what: str) -> tuple[str, bytes, list[str]]:
    """Media type and bytes of an answer; or the addresses among which it leaves the choice (300)."""
    request = urllib.request.Request(address, headers=headers)
    try:
        with opener.open(request, timeout=timeout) as reply:
            data = reply.read(LARGEST + 1)
            kind, promised = reply.headers.get_content_type(), reply.headers.get("Content-Length")
    except urllib.error.HTTPError as error:
        with error:
            if error.code == 300:
                return "", b"", choices(address, error.read(1_000_000))
        if error.code in (404, 406, 410):
            raise TextError(f"the Publications Office has no {what} in this form (HTTP {error.code})") from None
        raise TextError(f"the Publications Office answered with HTTP {error.code}; try again later") from None
    except urllib.error.URLError as error:
        raise TextError(
            f"the Publications Office cannot be reached ({error.reason}). Without a network, save the page of EUR-Lex "
            "with a browser elsewhere, then: aiact text import FILE"
        ) from None
    except (OSError, ValueError, ArithmeticError) as error:  # a time-out while reading, a broken header
        raise TextError(f"the answer of the Publications Office broke off ({error}); try again") from None
    except Exception as error:
        if type(error).__module__ == "http.client":
            raise TextError(f"the answer of the Publications Office broke off ({error}); try again") from None
        raise
    if len(data) > LARGEST:
        raise TextError(f"{what} is larger than {LARGEST // 2**20} MB; no act of law is")
    if promised and promised.isdigit() and len(data) < int(promised):
        raise TextError(f"{what} broke off after {len(data)} of {promised} bytes; try again")
    return kind, data, []


def choices(address: str, body: bytes) -> list[str]:
    """The documents named in an answer that leaves the choice, in their order. Raises ``TextError``."""
    found = re.findall(r'href\s*=\s*["\']([^"\']+)["\']', body.decode("utf-8", "replace"))
    named = list(dict.fromkeys(urljoin(address, each) for each in found))
    items = [each for each in named if re.search(r"/DOC_\d+$", each)] or named
    if not items or len(items) > CHOICES:
        raise TextError("the Publications Office leaves a choice that cannot be read; fetch the page with a browser")
    return sorted(items, key=lambda each: [int(part) if part.isdigit() else 0 for part in re.split(r"(\d+)", each)])


def documents(name: str, kind: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """The documents in an answer. Raises ``TextError`` if it is of another type than was asked for."""
    if kind not in ("application/xhtml+xml", "text/html", "application/zip", "application/xml", "text/xml",
                    "application/x-zip-compressed", "application/octet-stream"):  # fmt: skip
        raise TextError(f"{name} was answered with {kind}, not with XHTML or Formex; try --form, or a browser")
    yield from members(name, data)
