"""Pages of EUR-Lex and XHTML of the Publications Office: the Official Journal (classes ``oj-…``) and consolidations.

Structure is told by the classes of headings and by the labels of points, not by anchors: an article that an amendment
inserted has none, and quoted acts bring those of others. Footnotes, marks of amendment (▼M1, ►M1 … ◄) and the dashes
of what was deleted are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .parts import DASHES, QUOTES, Part, joined, raised, sequence, tidy
from .store import TextError

ARTICLE = {"oj-ti-art", "ti-art", "title-article-norm"}
ARTICLE_HEADING = {"oj-sti-art", "sti-art", "stitle-article-norm"}
DIVISION = {"oj-ti-section-1", "ti-section-1", "title-division-1"}
DIVISION_HEADING = {"oj-ti-section-2", "ti-section-2", "title-division-2"}
ANNEX = {"oj-doc-ti", "doc-ti", "title-annex-1", "title-annex-2"}
SEQUENCE = re.compile(r"(?:oj-)?ti-grseq-(\d)|title-gr-seq-level-(\d)")
HEADINGS = ARTICLE | ARTICLE_HEADING | DIVISION | DIVISION_HEADING | ANNEX
DROPPED = {"oj-note", "note", "footnote", "modref", "arrow", "oj-doc-sep", "disclaimer", "reference"}
CLOSING = {"oj-final", "final", "oj-signatory", "signatory", "oj-doc-end", "doc-end", "oj-separator"}
BLOCKS = {"p", "div", "table", "dl", "ul", "ol", "li", "hr", "tr", "td", "tbody", "thead", "caption"}
LABEL = re.compile(r"[‘’“«\"]?\s*(?:\(?[0-9a-zA-Z]{1,5}(?: \w{3,8})?\)|\d+[a-z]?\.(?:\d+[a-z]?\.)*|[a-z]\.|[-–—•])\s*")
PARAGRAPH = re.compile(r"(\d+[a-z]?(?: \w{3,8})?\.)[ \s]{2,}(?=\S)")
MARK = re.compile(r"[▼►]\s*(?:[A-Z]\d*\b)?|◄")
NOTE = "\x00"
ROMAN = re.compile(r"[^\W\d_]+[ \s]+([IVXLC]+[a-z]?)")


def origin(root, data: bytes) -> tuple[str, str, str]:
    """CELEX number, language and version of a page, each empty if it does not say.

    The number in its file names comes first: the address that a page gives as its own may be that of another language.
    """
    text = data.decode("utf-8", "replace")
    reference = re.search(
        r"(0\d{4}[A-Z]\d{4})\s*[—–-]+\s*([A-Z]{2})\s*[—–-]+\s*(\d{2})\.(\d{2})\.(\d{4})", tidy(words(root))
    )
    if reference:
        celex, language, day, month, year = reference.groups()
        return f"{celex}-{year}{month}{day}", language.lower(), f"{year}-{month}-{day}"
    file = re.search(r"\bL_(\d{4})(\d{5})([A-Z]{2})\.\d", text)
    if file:
        return f"3{file[1]}R{int(file[2]):04}", file[3].lower(), ""
    declared = re.search(r'property="eli:id_local"\s+content="([0-9A-Z()-]+)"', text)
    language = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
    return (declared[1] if declared else ""), language[:2].lower(), ""


def words(element) -> str:
    """The text of the first lines of a page, enough to find the reference of a consolidation."""
    found, length = [], 0
    for text in element.itertext():
        found.append(text)
        length += len(text)
        if length > 50_000:
            break
    return " ".join(found)


def read(root, name: str) -> Part:
    """The parts of a page. Raises ``TextError`` if it holds neither articles nor an annex."""
    page = Page()
    for element in walk(root):
        page.take(element)
    if not any(page.seen):
        raise TextError(f"{name} holds neither articles nor an annex of an act; it may be another page, or cut off")
    return page.act


class Page:
    """Takes the headings and blocks of a page in their order, and gives each block to the part that is open."""

    def __init__(self) -> None:
        self.act = Part("act")
        self.chapter = self.division = self.act  # what sections, and what articles, go to
        self.current: Part | None = None  # the article or annex that is open
        self.awaiting: Part | None = None  # the part whose heading may follow
        self.paragraph: Part | None = None
        self.titled: list[tuple[int, Part, str]] = []  # titled parts of an annex that are open: level, part, title
        self.seen: set[str] = set()

    def take(self, element) -> None:
        """One heading or block."""
        names = classes(element)
        level = next((int(found[1] or found[2]) for found in map(SEQUENCE.fullmatch, names) if found), 0)
        if (element.get("id") or "").startswith("rct_") or "recital" in names:
            points = [part for part in blocks(element) if isinstance(part, Part)]
            self.act.content += [Part("recital", part.label, "", part.content) for part in points]
        elif names & CLOSING or (element.get("id") or "").startswith("fnp_"):
            self.current = self.awaiting = None
        elif names & DIVISION:
            self.divide(plain(element))
        elif names & ARTICLE:
            self.begin(Part("article", plain(element)), self.division)
        elif names & ANNEX:
            label = plain(element)
            if ROMAN.fullmatch(label):
                self.begin(Part("annex", label), self.act)
            elif self.awaiting is not None and self.awaiting.kind == "annex":
                self.head(label)
        elif names & (ARTICLE_HEADING | DIVISION_HEADING):
            self.head(plain(element))
        elif self.current is not None and level:
            self.title(level, plain(element))
        elif self.current is not None:
            if element.tag == "div" and not element.keys():
                self.add(Part("quotation", "", "", blocks(element)))
            else:
                for each in blocks(element) if element.tag != "p" else [spaced(element)]:
                    self.add(each)

    def divide(self, label: str) -> None:
        """A chapter if its number is Roman, else a section of the chapter that is open."""
        part = Part("chapter" if ROMAN.fullmatch(label) else "section", label)
        (self.act if part.kind == "chapter" else self.chapter).content.append(part)
        self.division, self.awaiting, self.current = part, part, None
        if part.kind == "chapter":
            self.chapter = part

    def begin(self, part: Part, of: Part) -> None:
        of.content.append(part)
        self.current, self.awaiting, self.paragraph, self.titled = part, part, None, []
        self.seen.add(part.kind)

    def head(self, text: str) -> None:
        if self.awaiting is not None:
            self.awaiting.heading = re.sub(r"[`'\"]+$", "", f"{self.awaiting.heading} {text}".strip())

    def title(self, level: int, text: str) -> None:
        """A titled part of an annex; a second title of the same level that follows at once belongs to the first."""
        self.awaiting = None
        if self.titled and self.titled[-1][0] == level and not self.titled[-1][1].content:
            _, part, first = self.titled.pop()
            self.into().content.remove(part)
            text = f"{first} {text}"
        while self.titled and self.titled[-1][0] >= level:
            self.titled.pop()
        part = sequence(text, "", [])
        self.into().content.append(part)
        self.titled.append((level, part, text))

    def into(self) -> Part:
        """The part that content goes to."""
        return self.titled[-1][1] if self.titled else self.paragraph or self.current

    def add(self, each: str | Part) -> None:
        """A text or part; in an article a number at the beginning opens a paragraph."""
        self.awaiting = None
        found = PARAGRAPH.match(each) if isinstance(each, str) else None
        if found and self.current.kind == "article":
            self.paragraph = Part("paragraph", found[1], "", list(filter(None, [tidy(each[found.end() :])])))
            self.current.content.append(self.paragraph)
        elif found:
            self.into().content.append(Part("item", found[1], "", [tidy(each[found.end() :])]))
        elif isinstance(each, Part) and each.kind == "paragraph":
            self.paragraph = each
            self.current.content.append(each)
        elif isinstance(each, Part) or tidy(each):
            self.into().content.append(tidy(each) if isinstance(each, str) else each)


def walk(root) -> Iterator:
    """Headings and the outermost blocks, in their order; wrappers that hold headings are opened."""
    for element in root:
        if not isinstance(element.tag, str) or element.tag in ("head", "script", "style", "nav", "footer", "header"):
            continue
        names, anchor = classes(element), element.get("id") or ""
        if names & DROPPED:
            continue
        whole = names & (HEADINGS | CLOSING) or is_sequence(names) or anchor.startswith(("rct_", "fnp_"))
        if not whole and is_wrapper(element):
            yield from walk(element)
        else:
            yield element


def is_wrapper(element) -> bool:
    """Whether something only holds headings and blocks, and is no block itself."""
    if element.tag in ("html", "body", "form", "main", "section"):
        return True
    if any(classes(each) & HEADINGS or is_sequence(classes(each)) for each in element.iter("p", "span", "div")):
        return True
    return element.tag == "div" and bool(
        classes(element) & {"eli-subdivision", "eli-container", "eli-title", "eli-main-title"}
    )


def is_sequence(names: set[str]) -> bool:
    """Whether an element is the title of a part of an annex."""
    return any(map(SEQUENCE.fullmatch, names))


def classes(element) -> set[str]:
    return set((element.get("class") or "").split())


def blocks(element) -> list[str | Part]:
    """The content of a block: a text for each run of words, a part for each point, paragraph or quotation."""
    if element.tag == "table":
        return rows(element)
    if "grid-container" in classes(element):
        return grid(element)
    if "oj-enumeration-spacing" in classes(element):  # a number and its text, side by side
        label, *texts = [part for child in element for part in inside(child)] or [""]
        if isinstance(label, str) and is_label(tidy(label)):
            return [Part("item", tidy(label), "", settled(texts))]
    if (numbered := own_number(element)) is not None:
        inner = [each for child in element if child is not numbered for each in inside(child)]
        label = plain(numbered)
        if label[:1] in QUOTES:  # a paragraph of a quoted act
            return [Part("quotation", "", "", [Part("item", label, "", settled(inner))])]
        return [Part("paragraph", label, "", settled(inner))]
    return settled(inside(element))


def inside(element) -> list[str | Part]:
    """Texts, not yet tidied, and parts within an element."""
    if not isinstance(element.tag, str) or classes(element) & DROPPED:
        return []
    if element.tag == "table" or "grid-container" in classes(element):
        return blocks(element)
    if not any(child.tag in BLOCKS for child in element.iterdescendants() if isinstance(child.tag, str)):
        return [spaced(element)]
    found: list[str | Part] = []
    run = [element.text or ""]
    for child in element:
        if not isinstance(child.tag, str):
            pass
        elif child.tag in BLOCKS:
            found.append("".join(run))
            run.clear()
            inner = blocks(child) if child.tag == "div" else inside(child)
            found += [Part("quotation", "", "", settled(inner))] if is_quotation(child) and any(inner) else inner
        else:
            run.append(spaced(child))
        run.append(child.tail or "")
    return [*found, "".join(run)]


def is_quotation(element) -> bool:
    """A bare ``div`` within a block: the words that an amending provision puts into another act."""
    return element.tag == "div" and not classes(element)


def settled(found: list[str | Part]) -> list[str | Part]:
    """Tidied, without what is empty; a first line that a number opens keeps its spaces until it is read."""
    kept = [each if isinstance(each, Part) else (each if PARAGRAPH.match(each) else tidy(each)) for each in found]
    return joined([each for each in kept if isinstance(each, Part) or tidy(each)])


def own_number(element):
    """The element with the number of a paragraph, in a consolidation."""
    return next((child for child in element if isinstance(child.tag, str) and "no-parag" in classes(child)), None)


def rows(table) -> list[str | Part]:
    """The points of a table: its last two filled cells are label and text. Another table gives one line a row."""
    found: list[str | Part] = []
    for row in table.iter("tr"):
        if next(row.iterancestors("table")) is not table:
            continue
        cells = [cell for cell in row if cell.tag in ("td", "th") and (plain(cell) or len(cell))]
        cells = [cell for cell in cells if plain(cell)]
        label = plain(cells[0]) if cells else ""
        if len(cells) == 2 and label[0] in QUOTES and is_label(label):  # a point of a quoted act
            content = settled(inside(cells[1]))
            found.append(Part("quotation", "", "", [Part("item", label, "", content)]))
        elif len(cells) == 2 and is_label(label):
            found.append(Part("item", label, "", settled(inside(cells[1]))))
        elif len(cells) == 1 and not is_label(label):
            found += settled(inside(cells[0]))
        elif cells:
            found.append(" | ".join(plain(cell) for cell in cells))
    return found


def grid(element) -> list[str | Part]:
    """The points of a grid, as consolidations print them: a column of labels, a column of texts."""
    found: list[str | Part] = []
    label = ""
    for child in element:
        names = classes(child) if isinstance(child.tag, str) else set()
        if "grid-list-column-1" in names:
            label = plain(child)
        elif "grid-list-column-2" in names:
            content = settled(inside(child))
            found += [Part("item", label, "", content)] if is_label(label) else content
            label = ""
    return found


def is_label(text: str) -> bool:
    return bool(LABEL.fullmatch(text)) or (bool(text) and set(text) <= set(DASHES))


def plain(element) -> str:
    """All words of an element in one line."""
    return tidy(spaced(element))


def spaced(element) -> str:
    """All words of an element without footnotes and marks of amendment, spaces as they are."""
    text = MARK.sub("", without_notes(re.sub(r"[ \t\r\n]+", " ", "".join(runs(element)))))
    return "" if set(text.strip()) <= set(DASHES) and len(text.strip()) > 2 else text


def without_notes(text: str) -> str:
    """A text without the marks of footnotes, the brackets around them and the space before them."""
    first, *others = text.split(NOTE)
    for piece in others:
        first = first.rstrip()
        if first.endswith("(") and piece.lstrip().startswith(")"):
            first, piece = first[:-1].rstrip(), piece.lstrip()[1:]
        first += piece
    return first


def runs(element) -> Iterator[str]:
    names = classes(element)
    if names & DROPPED or element.tag in ("script", "style"):
        return
    if is_note(element):
        yield NOTE
        return
    if names & {"oj-super", "super", "superscript"} or element.tag == "sup":
        yield raised("".join(element.itertext()))
        return
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str):
            space = " " if child.tag in BLOCKS or child.tag == "br" else ""
            yield space
            yield from runs(child)
            yield space
        yield child.tail or ""


def is_note(element) -> bool:
    """Whether an element is the mark of a footnote."""
    if element.tag != "a":
        return "oj-note-tag" in classes(element)
    target = element.get("href") or ""
    return (element.get("id") or "").startswith(("ntc", "src.")) or target.startswith(("#ntr", "#E0"))
