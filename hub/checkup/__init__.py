"""What `hub check` looks at: each part of an installation in a file, each fault with its remedy."""

from hub.checkup.findings import Findings
from hub.checkup.installation import check_installation

__all__ = ["Findings", "check_installation"]
