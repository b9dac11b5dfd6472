"""What goes out: findings and rules in words, pictures and RDF; the forms of ``writers`` and the pages share it."""
