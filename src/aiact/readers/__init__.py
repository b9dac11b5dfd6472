"""Readers: one module for each form in which a project is described, found by looking into this folder.

A reader says how surely a file is its own (``recognises(file, start)``: 0 not at all, 1 perhaps, 2 by its name, 3 by
what it holds) and reads it: ``read(file, text, knowledge)`` gives a ``Description`` or raises ``DescriptionError``.
``MAX_BYTES`` bounds what it is given. It states what the file states, each with its line, and nothing else; what only
suggests a fact is a clue, which raises a question.
"""
