"""What follows: from facts to truths, from truths to findings and their proofs, and what else could be decided."""
