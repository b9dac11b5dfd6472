"""aiact: what the EU AI Act asks of an open-source AI project, with the proof.

``assess(description, on="2026-11-22")`` is the whole public interface; see ``aiact.findings.assess``.
"""

from .descriptions.description import DescriptionError
from .findings.assess import Assessment, assess

__all__ = ["Assessment", "DescriptionError", "assess"]
