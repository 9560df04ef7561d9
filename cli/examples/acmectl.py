"""acmectl: `auth login`, `auth whoami`, `auth logout`, one login per host, and a command that needs it."""

import json
import os
import sys

import click
import httpx2

from tallystick import DeviceLogin, PendingLogin, SessionExpired, Store, TallystickError

AUTH = DeviceLogin(
    "https://login.example.com",
    client_id=os.environ.get("ACMECTL_CLIENT_ID", "acmectl"),
    app="acmectl",
    login_command="acmectl auth login",
    store=Store.of("acmectl", accounts="hosts.yml", tokens="tokens.yml"),
)


@click.group()
def auth() -> None:
    """Log in and out."""


def show(pending: PendingLogin) -> None:
    click.echo(f"! Copy this one-time code: {pending.user_code}\n  Open: {pending.verification_uri}", err=True)


@auth.command()
@click.option("--host")
@click.option("--no-browser", is_flag=True)
@click.option("--insecure", is_flag=True)
def login(*, host: str | None, no_browser: bool, insecure: bool) -> None:
    """Log in."""
    there = AUTH.at(host=host, insecure=insecure)
    user = there.login(on_prompt=show, on_notice=lambda text: click.echo(f"  {text}"), open_browser=not no_browser).user
    click.echo(f"✓ Logged in to {there.host} as {user}\n  Workspace: {user.claims.get('workspace', 'none')}")


@auth.command()
@click.option("--json", "as_json", is_flag=True)
def whoami(*, as_json: bool) -> None:
    """Say who is logged in."""
    user = AUTH.chosen().session().user
    what = {"id": user.id, "email": user.email, "name": user.name}
    click.echo(json.dumps(what, separators=(",", ":"), ensure_ascii=False) if as_json else user)


@auth.command()
def logout() -> None:
    """Log out."""
    there = AUTH.chosen()
    there.session()
    there.logout()
    click.echo(f"✓ Logged out of {there.host}")


@click.command()
def me() -> None:
    """Ask the server who I am."""
    there = AUTH.chosen()
    answer = httpx2.get(f"{there.settings.issuer}/oauth2/userinfo", auth=there.session().httpx_auth)
    if answer.status_code == httpx2.codes.UNAUTHORIZED:
        raise SessionExpired(hint="Run `acmectl auth login` again.")
    click.echo(answer.text)


if __name__ == "__main__":
    try:
        click.Group(commands=[auth, me])()
    except TallystickError as error:
        click.echo(f"{error.code}: {error} {error.hint}", err=True)
        sys.exit(error.exit_code)
