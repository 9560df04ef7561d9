"""The way in: `cdk` runs this module as cdk.json says, the local run and the tests call `synthesize`."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

from infra.bundle import bundle_functions
from infra.configuration.config import Config, read_config
from infra.configuration.mistakes import ConfigError
from infra.tools import BUILD, CDK_JSON, ToolMissing, use_own_node

if TYPE_CHECKING:
    from pathlib import Path

    from infra.surroundings import Surroundings


def synthesize(config: Config, outdir: Path, *, local: bool = False) -> Path:
    """Make the bundles and the cloud assembly in `outdir`, and return it. Needs no credentials, no Docker, no look-up.

    With `local` the assembly is for the emulator: the bundles are for this machine and this interpreter, and the template
    (`<service_name>.template.json`) has two parameters without defaults, so that one assembly serves every run:

    - `LocalIssuer`: the proxy's origin, such as `http://localhost:8628`, without a slash at its end
    - `EmulatorPort`: the emulator's port

    The deployer puts each file asset of `<service_name>.assets.json` (a zip each, as it is) into its bucket, and the files
    of `infra.page_files.stage_page` into the bucket of the output `PageBucket`, with their content types and the cache
    control that stand there too. The outputs are those of `infra.stack`.
    """
    use_own_node()
    # Only now: importing the CDK starts node, and a mistake in the configuration should not have to wait for it.
    from aws_cdk import App  # noqa: PLC0415

    from infra.stack import Tallystick  # noqa: PLC0415
    from infra.surroundings import LocalRun, OnAws  # noqa: PLC0415

    surroundings: Surroundings = LocalRun() if local else OnAws()
    bundles = bundle_functions(surroundings.target, config.settings_text())
    # No usage statistics to anyone, and no trace of where or by what it was made: the same input gives the same bytes.
    app = App(
        outdir=str(outdir),
        analytics_reporting=False,
        tree_metadata=False,
        stack_traces=False,
        context=_feature_flags(),
    )
    Tallystick(app, config, bundles, surroundings)
    app.synth()
    return outdir


def _feature_flags() -> dict[str, object]:
    context: dict[str, object] = json.loads(CDK_JSON.read_text(encoding="utf-8"))["context"]
    return {name: value for name, value in context.items() if name.startswith("@aws-cdk/")}


def main() -> None:
    """Synthesize for AWS where `cdk` wants it, or say in plain words what is in the way."""
    try:
        synthesize(read_config(CDK_JSON), BUILD.parent / os.environ.get("CDK_OUTDIR", "cdk.out"))
    except (ConfigError, ToolMissing) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
