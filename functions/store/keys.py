"""How the table's keys are named and how they begin: for the items here, and for what may touch them (infra).

Standard library only: the stack is made where the functions' libraries are not.
"""

from __future__ import annotations

PARTITION_KEY = "pk"
SORT_KEY = "sk"
TTL_ATTRIBUTE = "expires_at"

# The kinds of items, by how their partition keys begin. A person's profile and sessions share one.
GRANT = "grant#"
USER = "user#"
BROWSER = "browser#"
SIGN_IN = "signin#"
LIMIT = "limit#"
TOKEN = "token#"  # noqa: S105  a prefix

# Sort keys, or how they begin.
GRANT_SORT_KEY = "grant"
PROFILE = "profile"
SESSION = "session#"
BROWSER_SESSION = "session"
SIGN_IN_USED = "used"
COUNT = "count"
ACCESS = "access"
