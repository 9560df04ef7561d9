"""Makes the local cloud assembly: `python -m infra.local.synthesis <folder> <cdk.json>`, in a process of its own.

The CDK starts a node that lives as long as the process does, and takes its time; whoever finds the assembly made needs
neither. So all that is known only here goes into the folder: beside the assembly stands `page.json`, the page's files.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from infra.app import synthesize
from infra.local.assembly import PAGE_FILE
from infra.local.configuration import local_config
from infra.mistakes import ConfigError
from infra.tools import ToolMissing


def main(folder: Path, cdk_json: Path) -> None:
    """Write the assembly and the list of the page's files."""
    synthesize(local_config(cdk_json), folder, local=True)
    from infra.page_bucket import CACHE_CONTROL, page_files  # noqa: PLC0415  it imports the CDK

    (folder / PAGE_FILE).write_text(json.dumps({"files": page_files(), "cache_control": CACHE_CONTROL}))


if __name__ == "__main__":
    try:
        main(*map(Path, sys.argv[1:]))
    except (ConfigError, ToolMissing) as error:
        sys.exit(str(error))
