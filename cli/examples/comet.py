"""comet: `login`, `logout [--all]`, `whoami`, with profiles, and `push`, which calls the API."""

import os
import sys

import click
import httpx2

from tallystick import DeviceLogin, KeyringVault, Store, TallystickError

ISSUER = os.environ.get("COMET_ISSUER", "https://login.example.com")
STORE = Store.in_files(
    os.path.expanduser("~/.comet"), accounts="credentials.json", tokens="credentials.json", vault=KeyringVault("comet")
)


def login_of(profile: str, server: str = ISSUER) -> DeviceLogin:
    local = ISSUER.startswith("http://")
    return DeviceLogin(
        ISSUER, client_id="comet", app="comet", profile=profile, audiences=[server], insecure=local, store=STORE
    )


@click.group()
def cli() -> None:
    """Work with Comet from the terminal."""


profile = click.option("--profile", default="default", show_default=True)


@cli.command()
@profile
@click.option("--no-browser", is_flag=True)
def login(*, profile: str, no_browser: bool) -> None:
    """Log in."""
    session = login_of(profile).login(open_browser=not no_browser)
    click.echo(f"Logged in as {session.user}")


@cli.command()
@profile
@click.option("--all", "everything", is_flag=True)
def logout(*, profile: str, everything: bool) -> None:
    """Log out."""
    for name in [account.key.profile for account in STORE.accounts()] if everything else [profile]:
        login_of(name).logout()
        click.echo(f"Logged out of profile {name}")


@cli.command()
@profile
def whoami(*, profile: str) -> None:
    """Say who is logged in, and for which account."""
    user = login_of(profile).session().user
    click.echo(f"User: {user}\nAccount: {user.claims.get('account', 'personal')}\nProfile: {profile}")


@cli.command()
@profile
@click.option("--server", default=ISSUER, help="The API to push to.")
def push(*, profile: str, server: str) -> None:
    """Call the API, with a token that is renewed near its end."""
    auth = login_of(profile, server).session().httpx_auth
    click.echo(httpx2.get(f"{server}/api/me", auth=auth).raise_for_status().text)


if __name__ == "__main__":
    try:
        cli()
    except TallystickError as error:
        click.echo(f"{error} {error.hint}", err=True)
        sys.exit(error.exit_code)
