"""acmectl: `auth login`, `auth whoami`, `auth logout`, one login per host, and a command that needs it."""

import json
import os
import sys

import click
import httpx2

from tallystick import DeviceLogin, KeyringVault, NotLoggedIn, PendingLogin, SessionExpired, Store, TallystickError
from tallystick.addresses import issuer_of
from tallystick.folders import config_folder

STORE = Store.in_files(
    config_folder("acmectl", os.environ, sys.platform),
    accounts="hosts.yml",
    tokens="tokens.yml",
    vault=KeyringVault("acmectl"),
)


def login_at(issuer: str, *, insecure: bool) -> DeviceLogin:
    return DeviceLogin(
        issuer, client_id="acmectl", app="acmectl", insecure=insecure, store=STORE, login_command="acmectl auth login"
    )


def known_login() -> DeviceLogin:
    account = STORE.current()
    if account is None:
        raise NotLoggedIn(hint="Run `acmectl auth login --host <url>`.")
    return login_at(account.key.issuer, insecure=account.key.issuer.startswith("http://"))


def show(pending: PendingLogin) -> None:
    click.echo(f"! Copy this one-time code: {pending.user_code}\n  Open: {pending.verification_uri}", err=True)


@click.group()
def cli() -> None:
    """Work with Acme from the terminal."""


@cli.group()
def auth() -> None:
    """Log in and out."""


@auth.command()
@click.option("--host", default="https://login.example.com")
@click.option("--no-browser", is_flag=True)
@click.option("--insecure", is_flag=True)
def login(*, host: str, no_browser: bool, insecure: bool) -> None:
    """Log in."""
    issuer = issuer_of(host)
    session = login_at(issuer, insecure=insecure).login(
        on_prompt=show, on_notice=lambda text: click.echo(f"  {text}", err=True), open_browser=not no_browser
    )
    click.echo(f"✓ Logged in to {issuer.partition('://')[2]} as {session.user}")
    click.echo(f"  Workspace: {session.user.claims.get('workspace', 'none')}")


@auth.command()
@click.option("--json", "as_json", is_flag=True)
def whoami(*, as_json: bool) -> None:
    """Say who is logged in."""
    user = known_login().session().user
    what = {"id": user.id, "email": user.email, "name": user.name}
    click.echo(json.dumps(what, separators=(",", ":"), ensure_ascii=False) if as_json else user)


@auth.command()
def logout() -> None:
    """Log out."""
    known = known_login()
    known.logout()
    click.echo(f"✓ Logged out of {known.settings.issuer.partition('://')[2]}")


@cli.command()
def me() -> None:
    """Ask the server who I am."""
    known = known_login()
    answer = httpx2.get(f"{known.settings.issuer}/api/me", auth=known.session().httpx_auth)
    if answer.status_code == httpx2.codes.UNAUTHORIZED:
        raise SessionExpired(hint="Run `acmectl auth login` again.")
    click.echo(answer.text)


if __name__ == "__main__":
    try:
        cli()
    except TallystickError as error:
        click.echo(f"{error.code}: {error} {error.hint}", err=True)
        sys.exit(error.exit_code)
