"""The kinds of texts that several blocks of the configuration have, each by what it may be made of."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

# RFC 6749 §3.3: a scope is visible ASCII without the quote and the backslash.
Scope = Annotated[str, Field(pattern=r"^[\x21\x23-\x5B\x5D-\x7E]{1,100}$")]
ClientId = Annotated[str, Field(pattern=r"^[A-Za-z0-9._~:/-]{1,128}$")]
Words = Annotated[str, Field(min_length=1, max_length=200)]
# IAM takes the whole ARN, with the six characters that Secrets Manager appends to the name.
SecretArn = Annotated[
    str, Field(pattern=r"^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+-[A-Za-z0-9]{6}$")
]
