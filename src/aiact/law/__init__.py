"""The law as data: ontology, shapes and citations, read, checked and compiled once into plain Python values."""
