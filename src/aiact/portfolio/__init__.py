"""Portfolios: many projects under the same rules, with the same findings as ``check`` gives for each of them."""
