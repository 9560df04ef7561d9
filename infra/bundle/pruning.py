"""What a library installs and a function never reads: left out of the zip.

Weight is time here: Lambda loads the zip at every cold start, and botocore alone brings 18 MB of descriptions of services
that are never called. Each rule says why the rest can live without it; the tests import every bundle by itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import PurePosixPath

CA_BUNDLE = "botocore/cacert.pem"
# https://www.amazontrust.com/repository/: what AWS's endpoints may chain to. botocore speaks to them alone; signin asks the
# identity provider through urllib3, which trusts what Lambda's system trusts.
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
    | urllib3/contrib/(emscripten/|pyopenssl\.py$)      # for browsers, and for a library that is not here
    | dateutil/(zoneinfo/.*\.tar\.gz|(rrule|easter)\.py)$  # all time here is UTC, and no calendar repeats
    | botocore/data/.*/examples-1\.json$
    | botocore/data/dynamodb/2011-12-05/
    """,
    re.VERBOSE,
)
_SERVICE_DATA = re.compile(r"botocore/data/([^/]+)/")
_CERTIFICATE = re.compile(r'^# Label: "(?P<label>.*)"\n(?:#.*\n)*(?P<pem>[^#]*-----END CERTIFICATE-----\n)', re.MULTILINE)


def wanted(path: PurePosixPath, services: Collection[str]) -> bool:
    """Tell whether a function that calls these AWS services ships this file of a library."""
    if _NEVER.match(str(path)):
        return False
    service = _SERVICE_DATA.match(str(path))
    return service is None or service[1] in services


def content_of(path: PurePosixPath, content: bytes) -> bytes:
    """Return what to ship of a file: the CA bundle shrinks to Amazon's roots, for reading all of them takes its time."""
    if str(path) != CA_BUNDLE:
        return content
    found = {match["label"]: match["pem"] for match in _CERTIFICATE.finditer(content.decode())}
    return "".join(f"# {label}\n{found[label]}" for label in AMAZON_ROOTS).encode()
