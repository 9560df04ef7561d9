"""Makes the local cloud assembly: `python -m infra.local.synthesis <folder> <cdk.json>`, in a process of its own.

The CDK starts a node that lives as long as the process does, and takes its time; whoever finds the assembly made needs
neither. So all that is known only here goes into the folder: beside the assembly stands the page, as it is to be served.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from infra.app import synthesize
from infra.configuration.mistakes import ConfigError
from infra.local.assembly import PAGE_FOLDER
from infra.local.configuration import local_config
from infra.page_files import stage_page
from infra.tools import ToolMissing


def main(folder: Path, cdk_json: Path) -> None:
    """Write the assembly and the page."""
    config = local_config(cdk_json)
    synthesize(config, folder, local=True)
    shutil.copytree(stage_page(config.branding), folder / PAGE_FOLDER)


if __name__ == "__main__":
    try:
        main(*map(Path, sys.argv[1:]))
    except (ConfigError, ToolMissing) as error:
        sys.exit(str(error))
