"""What a library installs and a function never reads: left out of the zip.

Weight is time here: Lambda loads the zip at every cold start, and botocore alone brings 18 MB of descriptions of services
that are never called. Each rule says why the rest can live without it; the tests import every bundle by itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import PurePosixPath

# The AWS services that each function calls through botocore.
SERVICES = {
    "issue": {"dynamodb", "secretsmanager"},
    "poll": {"dynamodb", "kms", "secretsmanager"},
    "approve": {"dynamodb"},
    "signin": {"dynamodb", "secretsmanager"},
    "discovery": {"kms"},
}

CA_BUNDLE = "botocore/cacert.pem"
# It asks an OIDC provider whose certificate may be anyone's; all others speak to AWS alone.
ANY_ROOT = {"signin"}
# https://www.amazontrust.com/repository/: what AWS's endpoints may chain to.
AMAZON_ROOTS = (
    "Amazon Root CA 1",
    "Amazon Root CA 2",
    "Amazon Root CA 3",
    "Amazon Root CA 4",
    "Starfield Services Root Certificate Authority - G2",
    "Starfield Class 2 CA",
)

_NEVER = re.compile(
    r"""
      [^/]+\.dist-info/            # nothing that we ship asks importlib.metadata
    | (bin|include|share)/         # commands for people
    | (.*/)?(tests?|testing|__pycache__)/
    | .*\.(pyi|c|h|pyx|md|rst)$
    | (.*/)?py\.typed$
    | aws_lambda_powertools/(event_handler|middleware_factory)/  # we use its logger and its metrics
    | aws_lambda_powertools/utilities/(?!__init__\.py|jmespath_utils/)  # the logger wants this one
    | pycparser/ | cffi/           # cryptography needs only _cffi_backend, which is beside them
    | botocore/data/.*/examples-1\.json$
    | botocore/data/dynamodb/2011-12-05/
    """,
    re.VERBOSE,
)
_SERVICE_DATA = re.compile(r"botocore/data/([^/]+)/")
_CERTIFICATE = re.compile(
    r'^# Label: "(?P<label>.*)"\n(?:#.*\n)*(?P<pem>-----BEGIN.*?-----END CERTIFICATE-----\n)', re.MULTILINE | re.DOTALL
)


def wanted_by_some(path: PurePosixPath) -> bool:
    """Tell whether any function ships this file of a library."""
    return any(wanted_by(function, path) for function in SERVICES)


def wanted_by(function: str, path: PurePosixPath) -> bool:
    """Tell whether the function ships this file of a library."""
    if _NEVER.match(str(path)):
        return False
    service = _SERVICE_DATA.match(str(path))
    return service is None or service[1] in SERVICES[function]


def content_for(function: str, path: PurePosixPath, content: bytes) -> bytes:
    """Return what to ship of a file: the CA bundle shrinks to Amazon's roots where nobody else is spoken to."""
    if str(path) != CA_BUNDLE or function in ANY_ROOT:
        return content
    found = {match["label"]: match["pem"] for match in _CERTIFICATE.finditer(content.decode())}
    return "".join(f"# {label}\n{found[label]}" for label in AMAZON_ROOTS if label in found).encode()
