"""Roles: who holds one with regard to an entity, by which definitions, and from which day.

A definition names actors at the end of a path. It may leave some of them out, each for itself: a distributor who is
the provider, the provider of a system that does not reach the Union.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..law.knowledge import Rule
from .evaluate import F, T, U
from .prove import Prover

Why = tuple[tuple[str, str], ...]  # shapes, each with the node at which it decides


class Named(NamedTuple):
    """Whether what a definition asks of one actor alone is so, and what decides that."""

    truth: str = T
    why: Why = ()


class Conferral(NamedTuple):
    """Whether a definition gives an actor its role, and what decides that."""

    rule: Rule
    truth: str
    why: Why


def named_by(rule: Rule, entity: str, prover: Prover) -> dict[str | None, Named]:
    """The actors whom a definition names at an entity; None for one whom the description does not name."""
    found: dict[str | None, Named] = {}
    if not rule.through:
        found = dict.fromkeys(prover.values(rule.on, entity), Named())
    else:
        first, rest = rule.on.parted()
        for node in prover.values(first, entity):
            truth = prover.truth(prover.knowledge.shapes[rule.through], node)
            nobody = [None] if truth != F else []
            for actor in prover.values(rest, node) or nobody:
                found[actor] = better(found.get(actor), Named(truth, ((rule.through, node),)))
    for condition, fact in rule.other_than:
        others = prover.graph.objects(entity, fact)
        certain = len(others) == 1 or prover.knowledge.facts[fact].many
        for actor in found.keys() & others:
            found[actor] = worse(found[actor], Named(F if certain else U, ((condition, entity),)))
    if rule.narrows:
        found.pop(None, None)
    return found or ({} if rule.narrows else {None: Named()})


def better(one: Named | None, other: Named) -> Named:
    """Of two ways to an actor, either of which is enough, what they come to."""
    if one is None or one.truth == other.truth:
        return Named(other.truth, (*(one.why if one else ()), *other.why))
    return min(one, other, key=lambda each: (T, U, F).index(each.truth))


def worse(one: Named, other: Named) -> Named:
    """Of two things asked of an actor, both of which must be so, what they come to."""
    if one.truth == other.truth:
        return Named(one.truth, one.why + other.why)
    return min(one, other, key=lambda each: (F, U, T).index(each.truth))


def conferral(rule: Rule, entity: str, whole: str, named: Named) -> Conferral:
    """What a definition whose truth at an entity is known comes to for one actor."""
    if whole == T == named.truth:
        return Conferral(rule, T, ((rule.id, entity),))
    truth, why = worse(Named(whole, ((rule.id, entity),)), named)
    return Conferral(rule, truth, why)


def strongest(conferrals: Iterable[Conferral]) -> tuple[str, Why]:
    """Whether a role is held by some of several definitions, and what decides that."""
    found = list(conferrals)
    for truth in (T, U, F):
        deciding = [each for each in found if each.truth == truth]
        if deciding:
            return truth, reasons(deciding)
    return F, ()


def reasons(conferrals: Sequence[Conferral]) -> Why:
    return tuple(dict.fromkeys(pair for each in conferrals for pair in each.why))
