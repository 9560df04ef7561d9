"""Secrets by ARN, from Secrets Manager, kept in memory for a few minutes. A handler hands the reader to its app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session

from functions.domain.errors import StoreUnavailable
from functions.domain.secret import Secret

if TYPE_CHECKING:
    from functions.domain.ports import Clock

_KEEP_SECONDS = 300


class SecretsManager:
    """Reads secrets. A rotated one is seen within five minutes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._kept: dict[str, tuple[float, Secret]] = {}

    def read(self, arn: str) -> Secret:
        """Return the secret of this ARN. Raises StoreUnavailable when it cannot be had."""
        until, secret = self._kept.get(arn, (0.0, Secret("")))
        if until > self._clock():
            return secret
        # Made on the first use: most deployments have public clients only and never come here.
        config = Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 2, "mode": "standard"})
        client: Any = Session().create_client("secretsmanager", config=config)
        try:
            secret = Secret(client.get_secret_value(SecretId=arn)["SecretString"])
        except (BotoCoreError, ClientError) as error:
            raise StoreUnavailable(detail=f"secret: {type(error).__name__}") from None
        self._kept[arn] = (self._clock() + _KEEP_SECONDS, secret)
        return secret
