"""All dialects that the tools' two endpoints speak. One line each; paths, routes and CloudFront's behaviours follow."""

from __future__ import annotations

from functions.wire.dialects.fold import FOLD
from functions.wire.dialects.oauth import OAUTH
from functions.wire.dialects.workos import WORKOS

DIALECTS = (
    OAUTH,
    FOLD,
    WORKOS,
)
