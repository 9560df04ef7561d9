"""comet: `login`, `logout [--all]`, `whoami`, with profiles, and `push`, which calls the API."""

import os
import sys

import click
import httpx2

from tallystick import DeviceLogin, Store, SystemKeyring, TallystickError

ISSUER = os.environ.get("COMET_ISSUER", "https://login.example.com")
FILE = "credentials.json"
AUTH = DeviceLogin(
    ISSUER,
    client_id=os.environ.get("COMET_CLIENT_ID", "comet"),
    app="comet",
    insecure=ISSUER.startswith("http://"),
    store=Store.in_files(os.path.expanduser("~/.comet"), accounts=FILE, tokens=FILE, keyring=SystemKeyring("comet")),
)
cli = click.Group()
profile = click.option("--profile", default="default", show_default=True)


@cli.command()
@profile
@click.option("--no-browser", is_flag=True)
def login(*, profile: str, no_browser: bool) -> None:
    """Log in."""
    click.echo(f"Logged in as {AUTH.at(profile=profile).login(open_browser=not no_browser).user}")


@cli.command()
@profile
@click.option("--all", "everything", is_flag=True)
def logout(*, profile: str, everything: bool) -> None:
    """Log out."""
    for name in [account.key.profile for account in AUTH.accounts()] if everything else [profile]:
        AUTH.at(profile=name).logout()
        click.echo(f"Logged out of profile {name}")


@cli.command()
@profile
def whoami(*, profile: str) -> None:
    """Say who is logged in, and for which account."""
    user = AUTH.at(profile=profile).session().user
    click.echo(f"User: {user}\nAccount: {user.claims.get('account', 'personal')}\nProfile: {profile}")


@cli.command()
@profile
@click.option("--server", default=ISSUER, help="The API to push to.")
def push(*, profile: str, server: str) -> None:
    """Call the API, with a token that is renewed near its end."""
    bearer = AUTH.at(profile=profile, server=server).session().httpx_auth
    click.echo(httpx2.get(f"{server}/oauth2/userinfo", auth=bearer).raise_for_status().text)


if __name__ == "__main__":
    try:
        cli()
    except TallystickError as error:
        click.echo(f"{error} {error.hint}", err=True)
        sys.exit(error.exit_code)
