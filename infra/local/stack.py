"""The whole of it, running: emulator, stack, page, demo user, and the one origin in front."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from infra.local.assembly import local_assembly
from infra.local.aws import Aws
from infra.local.credentials import Person, add_client_secrets, add_person
from infra.local.deployment import create_stack, function_names, remove_stack, turn_on_ttl, upload_assets
from infra.local.emulator import running_emulator
from infra.local.page import upload_page
from infra.local.proxy import Proxy, running_proxy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from infra.local.assembly import Assembly
    from infra.local.emulator import Emulator
    from infra.local.progress import Progress

# The template's parameters, named in infra.surroundings; importing that would start a node for nothing.
_ISSUER = "LocalIssuer"
_PORT = "EmulatorPort"


@dataclass(frozen=True, slots=True)
class LocalStack:
    """A deployed stack. `outputs` are CloudFormation's; `clients` has each client's secret, None for a public one.

    `functions` has the deployed name of each folder in functions/; `emulator` is None for somebody else's endpoint.
    """

    proxy: Proxy
    aws: Aws
    emulator: Emulator | None
    assembly: Assembly
    outputs: Mapping[str, str]
    user: Person
    clients: Mapping[str, str | None]
    functions: Mapping[str, str]

    @property
    def issuer(self) -> str:
        """The one origin, which is the issuer."""
        return self.proxy.origin


@contextmanager
def running_stack(
    progress: Progress,
    *,
    port: int = 0,
    enforce_iam: bool = False,
    fresh: bool = False,
    endpoint: str | None = None,
) -> Iterator[LocalStack]:
    """Start all of it; end all of it. With `endpoint` the stack goes into that LocalStack-compatible emulator instead."""
    with ExitStack() as cleanup:
        # First the port, so that one that is taken is reported at once.
        proxy = cleanup.enter_context(running_proxy(port))
        with progress.step("synthesize the stack") as note:
            assembly, kept = local_assembly(fresh=fresh)
            note("unchanged" if kept else "new")
        emulator = None
        if endpoint is None:
            with progress.step("start the emulator"):
                emulator = cleanup.enter_context(running_emulator(enforce_iam=enforce_iam))
            endpoint = emulator.endpoint
        else:
            remove_stack(Aws(endpoint), assembly)
        yield _deploy(progress, Aws(endpoint), assembly, proxy, emulator)


def _deploy(progress: Progress, aws: Aws, assembly: Assembly, proxy: Proxy, emulator: Emulator | None) -> LocalStack:
    with progress.step("upload the functions"):
        upload_assets(aws, assembly)
    with progress.step("create the stack") as note:
        parameters = {_ISSUER: proxy.origin, _PORT: str(urlsplit(aws.endpoint).port)}
        outputs = create_stack(aws, assembly, parameters, note)
        turn_on_ttl(aws, assembly)
    with progress.step("upload the page, add a person and secrets"):
        upload_page(aws, assembly, outputs["PageBucket"])
        user = Person.demo(role="admin")
        add_person(aws, outputs["UserPoolId"], user)
        functions = function_names(aws, assembly)
        clients = add_client_secrets(aws, functions)
    proxy.distribution = outputs["DistributionDomain"].replace("cloudfront.net", "cloudfront.localhost")
    proxy.endpoint = aws.endpoint
    return LocalStack(proxy, aws, emulator, assembly, outputs, user, clients, functions)
