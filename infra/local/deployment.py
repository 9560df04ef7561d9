"""Puts a cloud assembly into an account through CloudFormation, as `cdk deploy` does, and adds what emulators leave out."""

from __future__ import annotations

import io
import time
import zipfile
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from infra.local.tools import LocalRunError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from infra.local.assembly import Assembly, Asset
    from infra.local.aws import Aws
    from infra.local.progress import Note

_BOOTSTRAP_VERSION = "/cdk-bootstrap/hnb659fds/version"
_DEADLINE_SECONDS = 180
_RUNNING = "_IN_PROGRESS"


def upload_assets(aws: Aws, assembly: Assembly) -> None:
    """Play the part of `cdk bootstrap` and of the asset publisher."""
    s3 = aws.client("s3")
    for bucket in {asset.bucket for asset in assembly.assets}:
        s3.create_bucket(Bucket=bucket)
    for asset in assembly.assets:
        s3.put_object(Bucket=asset.bucket, Key=asset.key, Body=_content(asset))
    aws.client("ssm").put_parameter(Name=_BOOTSTRAP_VERSION, Value="30", Type="String", Overwrite=True)


def create_stack(aws: Aws, assembly: Assembly, parameters: Mapping[str, str], note: Note) -> dict[str, str]:
    """Create the stack and return its outputs. Raises LocalRunError with the reason of the first resource that failed."""
    cloudformation = aws.client("cloudformation")
    template = assembly.template_asset
    name = assembly.stack_name
    cloudformation.create_stack(
        StackName=name,
        TemplateURL=f"{aws.endpoint}/{template.bucket}/{template.key}",
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
        OnFailure="DO_NOTHING",
    )
    status = _wait(cloudformation, name, len(assembly.template["Resources"]), note)
    if status != "CREATE_COMPLETE":
        raise LocalRunError(f"The stack ended as {status}.\n{_reasons(cloudformation, name)}")
    stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def remove_stack(aws: Aws, assembly: Assembly) -> None:
    """Remove what an earlier run left in an emulator that outlives us; nothing happens when there is nothing."""
    cloudformation, s3 = aws.client("cloudformation"), aws.client("s3")
    try:
        resources = cloudformation.describe_stack_resources(StackName=assembly.stack_name)["StackResources"]
    except ClientError:
        return
    for resource in resources:
        if resource["ResourceType"] == "AWS::S3::Bucket":
            for item in s3.list_objects_v2(Bucket=resource["PhysicalResourceId"]).get("Contents", []):
                s3.delete_object(Bucket=resource["PhysicalResourceId"], Key=item["Key"])
    cloudformation.delete_stack(StackName=assembly.stack_name)
    waiter = cloudformation.get_waiter("stack_delete_complete")
    waiter.wait(StackName=assembly.stack_name, WaiterConfig={"Delay": 1, "MaxAttempts": _DEADLINE_SECONDS})


def turn_on_ttl(aws: Aws, assembly: Assembly) -> None:
    """Turn on the tables' TTL as the template says; the emulator drops that part of it."""
    dynamodb = aws.client("dynamodb")
    for table, properties in _made(aws, assembly, "AWS::DynamoDB::Table"):
        dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification=properties["TimeToLiveSpecification"])


def function_names(aws: Aws, assembly: Assembly) -> dict[str, str]:
    """Return the folder's name of each function → the name that CloudFormation gave it."""
    handlers = {name: properties["Handler"].split(".") for name, properties in _made(aws, assembly, "AWS::Lambda::Function")}
    return {path[1]: name for name, path in handlers.items() if path[0] == "functions"}


def _made(aws: Aws, assembly: Assembly, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the physical id and the template's properties of each resource of a kind."""
    found = aws.client("cloudformation").describe_stack_resources(StackName=assembly.stack_name)["StackResources"]
    for resource in found:
        if resource["ResourceType"] == kind:
            yield resource["PhysicalResourceId"], assembly.template["Resources"][resource["LogicalResourceId"]]["Properties"]


def _content(asset: Asset) -> bytes:
    return _zip(asset.source) if asset.zipped else asset.source.read_bytes()


def _zip(folder: Path) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            archive.write(file, file.relative_to(folder))
    return buffer.getvalue()


def _wait(cloudformation: Any, name: str, expected: int, note: Note) -> str:  # noqa: ANN401  a boto3 client
    deadline = time.monotonic() + _DEADLINE_SECONDS
    status = "CREATE" + _RUNNING
    while status.endswith(_RUNNING):
        if time.monotonic() > deadline:
            return f"unfinished after {_DEADLINE_SECONDS} s"
        time.sleep(0.1)
        resources = cloudformation.describe_stack_resources(StackName=name)["StackResources"]
        done = sum(resource["ResourceStatus"] == "CREATE_COMPLETE" for resource in resources)
        note(f"{done} of {expected} resources")
        status = cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
    return status


def _reasons(cloudformation: Any, name: str) -> str:  # noqa: ANN401  a boto3 client
    """Tell which resources failed and why, the first one first: the others mostly fail because of it."""
    events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    failed = [event for event in reversed(events) if event["ResourceStatus"].endswith("_FAILED")]
    lines = [
        f"  {event['LogicalResourceId']} ({event['ResourceType']}): {event.get('ResourceStatusReason', 'no reason given')}"
        for event in failed
    ]
    return "\n".join(lines) or "  No resource says why; look into the emulator's log."
