"""The graph, asked and published: the library of questions, endpoints elsewhere, and what is put into them."""
