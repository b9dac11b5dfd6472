"""The gate: what a query may ask for, decided on its words before any engine sees it.

It parses nothing and proves nothing; what it lets pass still runs in a process that can be killed. It refuses what is
cheap to see and dear to run (deep nesting, hundreds of patterns), and what is never served (other servers, updates).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .limits import Limits

TOKEN = re.compile(
    r"""
      (?P<space>[ \t\r\n]+|\#[^\n\r]*)
    | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
    | (?P<string>\"{3}(?:\"{0,2}(?:[^"\\]|\\.))*\"{3}|'{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}
        |"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
    | (?P<variable>[?$]\w+)
    | (?P<tag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    | (?P<name>(?:[^\W\d_][\w.\-]*)?:(?:[\w:%]|\\[_~.\-!$&'()*+,;=/?\#@%]|-|\.(?=[\w:%\\.\-]))*|_:[\w.\-]*\w)
    | (?P<number>\d*\.?\d+(?:[eE][+-]?\d+)?|\d+\.(?:[eE][+-]?\d+)?)
    | (?P<word>[A-Za-z_]\w*)
    | (?P<operator>\|\||&&|!=|<=|>=|\^\^|[=<>!+\-*/|^?])
    | (?P<mark>[{}()\[\].;,])
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH")
UNSTEADY = frozenset(("RAND", "NOW", "UUID", "STRUUID", "BNODE"))  # functions that answer otherwise each time
TERMS = ("iri", "string", "variable", "name", "number")
OPENING, CLOSING = "{([", "})]"


class Refused(Exception):
    """A request that is not served: the HTTP status, and a sentence that says what would be."""

    def __init__(self, status: int, detail: str, **more) -> None:
        super().__init__(detail)
        self.status, self.detail, self.more = status, detail, more


@dataclass(slots=True)
class Query:
    """A query that passed: its form, the graphs that it names in FROM, and whether it answers the same every time."""

    text: str
    form: str
    graphs: list[str] = field(default_factory=list)
    named: list[str] = field(default_factory=list)
    steady: bool = True


def passed(text: str, limits: Limits) -> Query:
    """What is to be known of a query that may be asked. Raises ``Refused``."""
    if len(text.encode()) > limits.query:
        raise Refused(413, f"the query is longer than {limits.query} bytes; ask for less at once")
    if re.search(r"\\[uU][0-9A-Fa-f]", text):
        raise Refused(403, "the query has an escape of the form \\u0041; write the character itself")
    return _Reader(text, limits).read()


class _Reader:
    def __init__(self, text: str, limits: Limits) -> None:
        self.limits = limits
        self.found = Query(text, "")
        self.open: list[str] = []  # brackets; "v" for those of a VALUES block, whose rows are no patterns
        self.patterns = self.operators = self.steps = 0
        self.prefixes: dict[str, str] = {}

    def read(self) -> Query:
        before, values, words = ("", ""), False, []
        for match in TOKEN.finditer(self.found.text):
            kind, text = match.lastgroup or "", match[0]
            if kind == "space":
                continue
            if kind == "other":
                self.wrong(match, f"has “{text}” where no word of SPARQL begins")
            upper = text.upper() if kind == "word" else ""
            if upper == "SERVICE":
                raise Refused(403, "SERVICE is not served: no request leaves this machine; ask the other server itself")
            if not self.found.form:
                self.begin(upper, words)
            if upper in UNSTEADY:
                self.found.steady = False
            self.counted(kind, text, before, values)
            values = upper == "VALUES" or (values and not (kind == "mark" and text in "{}"))
            if len(words) >= 2:
                self.dataset(words[-2:], kind, text)
            words = [*words[-2:], upper or text]
            before = (kind, text)
        if not self.found.form:
            raise Refused(400, "there is no query here; it begins with SELECT, ASK, CONSTRUCT or DESCRIBE")
        return self.found

    def wrong(self, match: re.Match, what: str):
        line = self.found.text.count("\n", 0, match.start()) + 1
        raise Refused(400, f"line {line} of the query {what}", line=line)

    def begin(self, upper: str, words: list[str]) -> None:
        """The form of the query is its first word after the prefixes."""
        if upper in FORMS:
            self.found.form = upper
        elif upper in UPDATES:
            raise Refused(403, f"{upper} would change the graph; this service answers queries, and changes nothing")

    def dataset(self, words: list[str], kind: str, text: str) -> None:
        """Notes prefixes, and graphs in FROM and FROM NAMED."""
        iri = text[1:-1] if kind == "iri" else None
        if kind == "name":
            prefix, _, rest = text.partition(":")
            iri = self.prefixes.get(prefix, "\0") + rest
        if iri is None:
            return
        if words[0] == "PREFIX" and kind == "iri":
            self.prefixes[words[1].removesuffix(":")] = iri
        elif words == ["FROM", "NAMED"]:
            self.found.named.append(iri)
        elif words[1] == "FROM":
            self.found.graphs.append(iri)

    def counted(self, kind: str, text: str, before: tuple[str, str], values: bool) -> None:
        """Counts brackets, patterns, steps of paths and operators. Raises ``Refused`` where there are too many."""
        limits = self.limits
        term = kind in TERMS or (kind == "mark" and text in "([")
        within = self.open[-1] if self.open else ""
        begins = within in ("{", "[") and before[1] in ("{", "}", ".", ";", ",", "[")
        member = within == "(" and before[0] in TERMS  # of a list; elsewhere a comma or a sign stands between
        self.patterns += term and (begins or member)
        if text in OPENING and kind == "mark":
            if text in "{[":
                self.patterns += 1
            self.open.append("v" if within == "v" or (values and text == "{") else text)
        elif text in CLOSING and kind == "mark" and self.open:
            self.open.pop()
        if kind == "operator":
            self.operators += 1
            self.steps += text in "/|^*+?"
        elif kind == "mark" and text in "{}.;,":
            self.steps = 0
        for counted, most, name in (
            (len(self.open), limits.nesting, "brackets inside one another"),
            (self.patterns, limits.patterns, "triple patterns and groups"),
            (self.steps, limits.steps, "steps in a property path"),
            (self.operators, limits.operators, "operators"),
        ):
            if counted > most:
                raise Refused(422, f"the query has more than {most:g} {name}; ask in several queries")
