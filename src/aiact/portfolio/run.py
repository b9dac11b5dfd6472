"""Deciding a portfolio with several processes: chunk by chunk, each written before the journal tells of it.

Memory is bounded by the chunks that are under way, however long the input.
"""

from __future__ import annotations

import gc
import json
import multiprocessing
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from itertools import chain
from pathlib import Path

from ..descriptions.description import Description, DescriptionError, Problem
from ..law.knowledge import Knowledge, knowledge
from . import forms
from .deciding import Block, Decider
from .encoding import Encoder, conditions, digest, facts, rules
from .inputs import Chunk, Record, Source, chunks, records, stamp, told
from .journal import Journal, PortfolioError
from .statuses import ALL, OWED_OR_OPEN
from .summary import summarise

SIZE = 1000  # records of a chunk
VERSION = "2"  # of what is written; other parts are not mixed with these


@dataclass(frozen=True)
class Order:
    """What is asked for: the days, which findings are written, where, and in which forms."""

    folder: Path
    days: tuple[str, ...]
    statuses: tuple[str, ...] = OWED_OR_OPEN
    forms: tuple[str, ...] = ("parquet",)
    size: int = SIZE
    processes: int = 0  # as many as there are processors

    def head(self, source: Source, base: Knowledge) -> dict:
        """What the journal remembers, to go on only with the same."""
        return {
            "aiact": "portfolio",
            "version": VERSION,
            "release": base.release,
            "input": stamp(source),
            "days": list(self.days),
            "statuses": sorted(self.statuses, key=ALL.index),
            "forms": sorted(self.forms),
            "size": self.size,
        }


Progress = Callable[[float, int, int], None]  # share of the input that is done, projects decided, projects in error


def decide(source: Source, order: Order, progress: Progress = lambda *_: None) -> dict:
    """Decides all projects of an input into a folder, going on from where a run was stopped; the summary.

    Raises ``DescriptionError`` if there is nothing to read, ``PortfolioError``, and ``OSError`` where writing fails.
    """
    base = knowledge()
    parts = chunks(source, order.size)
    first = next(parts, None)
    if first is None:
        raise DescriptionError(source.name, [Problem(1, "holds no description")])
    journal = Journal(order.folder, order.head(source, base))
    try:
        share = read = bad = 0
        for part in journal.parts():
            read, bad = read + part["read"], bad + len(part["problems"])
        total = 0

        def wanted() -> Iterator[tuple[int, Chunk]]:
            nonlocal total
            for number, chunk in enumerate(chain([first], parts)):
                total = number + 1
                if number not in journal.lines:
                    yield number, chunk

        for part, done in worked(wanted(), order):
            journal.add(part)
            read, bad, share = read + part["read"], bad + len(part["problems"]), max(share, done)
            progress(share, read, bad)
        if source.path.exists() and stamp(source) != journal.head["input"]:
            raise PortfolioError(f"{source.path} was changed while it was read; remove {order.folder} and begin anew")
        write_whole(order, base)
        return summarise(journal, base, total)  # the last thing: a folder with a summary is whole
    finally:
        journal.close()


def write_whole(order: Order, base: Knowledge) -> None:
    """The small tables beside the findings."""
    tables = {"rules": rules(base), "conditions": conditions(base), "facts": facts(base)}
    forms.write(tables, order.folder, None, [form for form in order.forms if form != "nq"] or ["jsonl"], base)


# -- the work


def worked(chunks: Iterable[tuple[int, Chunk]], order: Order) -> Iterator[tuple[dict, float]]:
    """The parts as they are done, each with the share of the input that its chunk ends with."""
    processes = order.processes or available()
    if processes == 1:
        worker = Worker(order)
        for number, chunk in chunks:
            yield worker.part(number, chunk), chunk.done
        return
    context = multiprocessing.get_context("spawn")  # threads of Arrow would not survive a fork
    with ProcessPoolExecutor(processes, context, begin, (order,)) as pool:
        under_way: dict[Future, float] = {}
        try:
            for number, chunk in chunks:
                under_way[pool.submit(part, number, chunk)] = chunk.done
                while len(under_way) >= 2 * processes:
                    yield from finished(under_way)
            while under_way:
                yield from finished(under_way)
        except BrokenProcessPool:
            told = "a process was killed, perhaps for want of memory; the same command goes on from here"
            raise PortfolioError(told) from None
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def finished(under_way: dict[Future, float]) -> Iterator[tuple[dict, float]]:
    for future in wait(under_way, return_when=FIRST_COMPLETED).done:
        done = under_way.pop(future)
        yield future.result(), done


def available() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Worker:
    """Decides chunks and writes their parts."""

    def __init__(self, order: Order) -> None:
        self.order, self.knowledge = order, knowledge()
        self.decider = decider(order.days)
        gc.set_threshold(100_000, 20, 50)  # most of what a project leaves goes without being looked for

    def part(self, number: int, chunk: Chunk) -> dict:
        """Reads, decides and writes a chunk; what the journal tells of it. Raises ``OSError``."""
        encoder = Encoder(self.knowledge, number, self.order.statuses)
        passed_over = 0
        for record in records(chunk, self.knowledge):
            if record.passed_over:
                passed_over += 1
            elif record.problem:
                encoder.refuse(record, record.problem)
            else:
                self.decide(record, encoder)
        tables = encoder.tables()
        content = sha256(digest(tables).encode() + json.dumps(encoder.problems).encode()).hexdigest()
        written = forms.write(tables, self.order.folder, number, table_forms(self.order.forms), self.knowledge)
        return {
            "part": number,
            "files": written,
            "read": encoder.decided + len(encoder.problems),
            "passed_over": passed_over,
            "findings": [encoder.total, encoder.written],
            "digest": content,
            "counts": encoder.counts().as_dict(),
            "problems": encoder.problems,
        }

    def decide(self, record: Record, encoder: Encoder) -> None:
        """One project; whatever is wrong with it is told, and stops nothing."""
        try:
            found = decided(record.description, self.decider)
        except DescriptionError as error:
            encoder.refuse(record, told(error, with_lines=isinstance(record.description, Description)))
        except UnicodeEncodeError:
            encoder.refuse(record, "has a character that stands for nothing (half of a pair)")
        except Exception as error:  # a fault of ours in one project is not to cost the answers on all others
            fault = f"internal error: {type(error).__name__}: {error}; please report it with the description"
            encoder.refuse(record, fault)
        else:
            encoder.add_blocks(record, found)


def table_forms(wanted: tuple[str, ...]) -> tuple[str, ...]:
    """N-Quads hold findings only; what else there is to tell then stands in JSON Lines beside them."""
    return (*wanted, "jsonl") if set(wanted) == {"nq"} else wanted


def decided(description: dict | Description, decider: Decider) -> list[Block]:
    """The findings of a project, in blocks. Raises ``DescriptionError``."""
    if isinstance(description, dict):
        return list(decider.blocks(description))
    from ..descriptions.convert import tree
    from ..descriptions.facts import establish

    return list(decider.blocks(tree(establish(description, decider.knowledge), decider.knowledge)))


@lru_cache(maxsize=2)
def decider(days: tuple[str, ...]) -> Decider:
    """Who decides as of these days; made once in a process, since it takes a while to learn the law."""
    return Decider(knowledge(), list(days))


WORKER: Worker | None = None


def begin(order: Order) -> None:
    """What a new process does first; it does not outlive the one that began it."""
    global WORKER
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=lambda: (parent.join(), os._exit(1)), daemon=True).start()
    WORKER = Worker(order)


def part(number: int, chunk: Chunk) -> dict:
    return WORKER.part(number, chunk)
