"""What can become of a duty, in the order in which reports tell it."""

ALL = ("applies", "transitional", "conditional", "upcoming", "undetermined", "lifted", "not_applicable")
OWED_OR_OPEN = ALL[:-1]  # written if nothing else is asked for, and what another reading of the law would change
