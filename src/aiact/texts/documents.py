"""Opens what may be an official text: files, folders and zip archives, XHTML or Formex, within limits and off line.

Nothing that a document names is fetched: no DTD is read, no entity but the five of XML is known.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..descriptions.limits import most
from .store import TextError

LARGEST = most("act")  # bytes of a document, and of all that an archive holds; the act has 1.5 million
MOST = most("documents")
KINDS = (".xml", ".html", ".xhtml", ".htm", ".zip")


def documents(paths: Iterable[str | Path]) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each document; a folder gives its files, an archive its members. Raises ``TextError``."""
    for path in map(Path, paths):
        if path.is_dir():
            inside = sorted(each for each in path.iterdir() if each.suffix.lower() in KINDS and each.is_file())
            if not inside:
                raise TextError(f"{path} holds no XHTML, no Formex and no zip archive")
            if len(inside) > MOST:
                raise TextError(f"{path} holds more than {MOST} documents; name those of one act")
            yield from documents(inside)
            continue
        try:
            if path.stat().st_size > LARGEST:
                raise TextError(f"{path} is larger than {LARGEST // 2**20} MB; no act of law is")
            data = path.read_bytes()
        except OSError as error:
            raise TextError(f"{path} cannot be read: {error.strerror or error}") from None
        yield from members(str(path), data)


def members(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """The documents in some bytes: those of an archive, or the bytes themselves."""
    if not data.startswith(b"PK\x03\x04"):
        yield name, data
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            held = [each for each in archive.infolist() if each.filename.lower().endswith(KINDS[:4])]
            if len(held) > MOST or sum(each.file_size for each in held) > LARGEST:
                raise TextError(f"{name} unpacks to more than an act of law; it is left closed")
            for each in sorted(held, key=lambda each: each.filename):
                with archive.open(each) as file:
                    yield f"{name}: {each.filename}", file.read(LARGEST)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError, ValueError) as error:
        raise TextError(f"{name} is a damaged archive ({error}); fetch it again") from None
    except Exception as error:  # zlib.error and its like
        if isinstance(error, TextError):
            raise
        raise TextError(f"{name} is a damaged archive ({error}); fetch it again") from None
    if not held:
        raise TextError(f"{name} is an archive without XHTML or Formex")


def xml(name: str, data: bytes):
    """The root of an XML document. Raises ``TextError`` with the line of the fault."""
    from lxml import etree

    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TextError(f"{name} is not UTF-8 text; fetch it again") from None
    if re.search(rb"<!\s*(ENTITY|ELEMENT|ATTLIST)", data):
        raise TextError(f"{name} declares entities of its own; no official text does, and it is not read")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise TextError(f"{name} is not well-formed: {error}; it may be truncated, fetch it again") from None


def html(name: str, data: bytes):
    """The root of an HTML or XHTML document; EUR-Lex pages are not well-formed, so it is read as HTML."""
    from lxml import etree

    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise TextError(f"{name} cannot be read as HTML: {error}") from None
    if root is None:
        raise TextError(f"{name} is empty")
    return root


def is_html(data: bytes) -> bool:
    """Whether some bytes look like a page, not like Formex."""
    return bool(re.search(rb"<html[\s>]|<!doctype html", data[:20_000], re.IGNORECASE))


def ends(data: bytes) -> bool:
    """Whether a page has its last tag: HTML parsers mend what is cut off, and would hide it."""
    return b"</html>" in data[-2000:].lower()
