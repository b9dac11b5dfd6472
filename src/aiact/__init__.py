"""aiact: what the EU AI Act asks of an open-source AI project, with the proof.

``assess(description, on="2026-11-22")`` is the whole public interface; see ``aiact.assess``.
"""

from .assess import Assessment, assess
from .description import DescriptionError

__all__ = ["Assessment", "DescriptionError", "assess"]
