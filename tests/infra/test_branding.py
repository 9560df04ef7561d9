"""The operator's own look: checked at synth, put into the page at deploy, and never in the way of reading it."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Any

import brotli  # type: ignore[import-untyped]
import pytest

from infra.configuration.branding import Branding
from infra.configuration.branding_colors import PAIRS, PROPERTIES, SCHEMES, contrast, own_colors
from infra.configuration.branding_logo import MOST_BYTES
from infra.configuration.config import Config, parse_config
from infra.configuration.mistakes import ConfigError
from infra.page_files import WEB, page_files, stage_page

if TYPE_CHECKING:
    from pathlib import Path

ACME = {
    "name": "Acme & <Söhne>",
    "colors": {"light": {"accent": "#0b57d0", "on_accent": "#fff"}, "dark": {"accent": "#a8c7fa", "on_accent": "#062e6f"}},
}
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8z" fill="#135"/></svg>'


def config(branding: dict[str, Any], folder: Path = WEB) -> Config:
    client = {"client_id": "acme", "name": "Acme", "allowed_scopes": ["a"], "default_scopes": ["a"], "audience": "https://a"}
    return parse_config({"scopes": {"a": "Do a"}, "clients": [client], "branding": branding}, folder=folder)


def mistakes(branding: dict[str, Any], folder: Path = WEB) -> str:
    with pytest.raises(ConfigError) as wrong:
        config(branding, folder)
    return str(wrong.value)


def served(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in page_files(folder)}


@pytest.fixture
def logos(tmp_path: Path) -> Path:
    (tmp_path / "logo.svg").write_text(SVG, encoding="utf-8")
    return tmp_path


def logo_problem(folder: Path, content: str | bytes, name: str = "logo.svg") -> str:
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return mistakes({"logo": name}, folder)


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size + b"\x08\x00\x00\x00\x00") + chunk(b"IEND", b"")


def test_without_branding_every_file_is_the_one_in_git() -> None:
    assert served(stage_page(Branding())) == served(WEB)
    assert {file.relative_to(WEB).as_posix() for file in WEB.rglob("*") if file.is_file()} == set(page_files())


def test_the_name_stands_in_the_head_and_in_the_title_as_text() -> None:
    for name, content in served(stage_page(config(ACME).branding)).items():
        if name.endswith(".html"):
            text = content.decode()
            assert '<span data-brand="name">Acme &amp; &lt;Söhne&gt;</span>' in text
            assert re.search(r"<title>[^<]*Acme &amp; &lt;Söhne&gt;[^<]*</title>", text)


def test_no_other_text_of_the_page_says_the_products_name() -> None:
    """Else a branded page would still say it somewhere."""
    for name, content in served(stage_page(config(ACME).branding)).items():
        text = content.decode()
        if name.endswith((".html", ".json")):
            assert "tallystick" not in text.lower(), name


def test_a_name_with_a_backslash_and_a_group_is_just_a_name() -> None:
    staged = stage_page(config({"name": r"A\g<1>\1"}).branding)
    assert rb"A\g&lt;1&gt;\1</span>" in (staged / "device.html").read_bytes()


def test_colours_come_last_each_in_its_own_scheme() -> None:
    styles = (stage_page(config(ACME).branding) / "pages.css").read_text(encoding="utf-8")
    own = (WEB / "pages.css").read_text(encoding="utf-8")
    assert styles == own + (
        "@media (prefers-color-scheme:light){:root{--act:#0b57d0;--on-act:#fff}}\n"
        "@media (prefers-color-scheme:dark){:root{--act:#a8c7fa;--on-act:#062e6f}}\n"
    )


def test_every_colour_that_can_be_chosen_is_one_that_the_page_uses() -> None:
    styles = (WEB / "pages.css").read_text(encoding="utf-8")
    colors = own_colors()
    for scheme in SCHEMES:
        assert {*PROPERTIES.values(), *(pair.back for pair in PAIRS), *(pair.front for pair in PAIRS)} <= colors[
            scheme
        ].keys()
    assert colors["light"]["act"] != colors["dark"]["act"]
    for own in PROPERTIES.values():
        assert f"var(--{own})" in styles


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_pages_own_colours_can_be_read(scheme: str) -> None:
    colors = own_colors()[scheme]
    for pair in PAIRS:
        assert contrast(colors[pair.front], colors[pair.back]) >= pair.least, pair.what


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000", "#fff", 21.0), ("#777777", "#ffffff", 4.478), ("#fff", "#fff", 1.0), ("#00f", "#fff", 8.592)],
)
def test_the_ratio_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.001)
    assert contrast(other, one) == contrast(one, other)


def test_colours_that_cannot_be_read_are_refused_with_the_ratio_and_the_pair() -> None:
    told = mistakes({"colors": {"light": {"accent": "#777", "on_accent": "#fff"}}})
    assert "light: the text on buttons (on_accent #fff on accent #777) has a contrast of 4.47:1 and needs 4.5:1" in told


def test_both_schemes_are_checked() -> None:
    told = mistakes({"colors": {"light": {"accent": "#ffd400"}, "dark": {"accent": "#222"}}})
    assert re.search(r"light: the text on buttons \(on_accent #fff on accent #ffd400\) has a contrast of 1\.\d+:1", told)
    assert re.search(
        r"light: buttons and the focus ring on the card \(accent #ffd400 on card #fffefb\).* needs 3\.0:1", told
    )
    assert re.search(r"dark: buttons and the focus ring on the card \(accent #222 on card #211f1c\)", told)


def test_a_page_behind_text_is_checked_too() -> None:
    assert "the small text around the card (quiet #5f5a51 on paper #999)" in mistakes(
        {"colors": {"light": {"paper": "#999"}}}
    )


@pytest.mark.parametrize(
    ("branding", "told"),
    [
        ({"nam": "Acme"}, 'branding.nam: unknown key; did you mean "name"?'),
        ({"colors": {"dark": {"acent": "#fff"}}}, 'branding.colors.dark.acent: unknown key; did you mean "accent"?'),
        ({"colors": {"light": {"accent": "red;}"}}}, "branding.colors.light.accent: String should match"),
        ({"name": ""}, "branding.name: String should have at least 1 character"),
        ({"name": "A" * 41}, "branding.name: String should have at most 40 characters"),
        ({"name": "Ac\nme"}, "branding.name: should be one line of printable text"),
        ({"name": "Acme\u202egpj"}, "branding.name: should be one line of printable text"),
        ({"logo": "../logo.svg"}, "branding.logo: String should match"),
        ({"logo": "/etc/logo.svg"}, "branding.logo: String should match"),
        ({"logo": "nowhere.svg"}, 'branding.logo: the logo "nowhere.svg" is not there'),
    ],
)
def test_a_mistake_is_told_with_its_place(branding: dict[str, Any], told: str) -> None:
    assert told in mistakes(branding)


def test_the_logo_takes_the_place_of_ours_on_the_page_and_on_the_tab(logos: Path) -> None:
    staged = stage_page(config({"logo": "logo.svg"}, logos).branding)
    assert (staged / "logo.svg").read_text(encoding="utf-8") == SVG
    page = (staged / "device.html").read_text(encoding="utf-8")
    assert '<img src="/logo.svg" alt="" height="28">' in page
    assert '<link rel="icon" href="/logo.svg" type="image/svg+xml">' in page
    assert "<svg" not in page


def test_a_png_is_a_logo_too(logos: Path) -> None:
    (logos / "logo.png").write_bytes(png(64, 64))
    staged = stage_page(config({"logo": "logo.png"}, logos).branding)
    assert (staged / "logo.png").read_bytes() == png(64, 64)
    assert 'href="/logo.png" type="image/png"' in (staged / "device.html").read_text(encoding="utf-8")


def test_another_logo_of_the_same_name_is_another_page(logos: Path) -> None:
    before = stage_page(config({"logo": "logo.svg"}, logos).branding)
    (logos / "logo.svg").write_text(SVG.replace("#135", "#531"), encoding="utf-8")
    assert stage_page(config({"logo": "logo.svg"}, logos).branding) != before


def inside(markup: str, attributes: str = "") -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{markup}</svg>'


@pytest.mark.parametrize(
    ("svg", "told"),
    [
        (inside("<script>alert(1)</script>"), "has the element <script>"),
        (inside("<foreignObject/>"), "has the element <foreignObject>"),
        (inside('<image href="https://evil.example/x.png"/>'), "has the element <image>"),
        (inside('<set attributeName="href" to="javascript:1"/>'), "has the element <set>"),
        (inside('<script xmlns="http://www.w3.org/1999/xhtml"/>'), "has the element <script>"),
        (inside("", 'onload="alert(1)"'), "has the event handler onload"),
        (inside('<path d="M0 0" OnClick="x"/>'), "has the event handler OnClick"),
        (inside('<use href="https://evil.example/#a"/>'), "refers to something outside of itself: href"),
        (
            inside('<use xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="javascript:1"/>'),
            "refers to something outside of itself: href",
        ),
        (inside('<path fill="url(https://evil.example/#a)"/>'), "url( in fill"),
        (inside("<path style=\"fill:image-set('//evil.example' 1x)\"/>"), "image-set( in style"),
        (inside("<style>@import '//evil.example'</style>"), "has an @ or a backslash in <style>"),
        (inside(r"<style>p{fill:ur\6c(//evil.example)}</style>"), "outside of itself, or may"),
        ('<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG, "has a <!DOCTYPE>"),
        ('<?xml-stylesheet href="//evil.example"?>' + SVG, "has a processing instruction"),
        (SVG[:-6], "is not well-formed SVG"),
        ("<svg/>", "outside of the namespace http://www.w3.org/2000/svg"),
        (SVG.encode("utf-16"), "is not well-formed SVG"),
        ('<html xmlns="http://www.w3.org/1999/xhtml"/>', "has the element <html>"),
        (inside("", 'd="' + "0" * MOST_BYTES + '"'), f"and may have {MOST_BYTES}"),
    ],
)
def test_an_svg_that_could_do_more_than_be_looked_at_is_refused(svg: str | bytes, told: str, tmp_path: Path) -> None:
    assert told in logo_problem(tmp_path, svg)


def test_what_drawing_programs_write_is_taken(tmp_path: Path) -> None:
    drawn = inside(
        '<title>Acme (UK)</title><defs><linearGradient id="a"><stop stop-color="rgb(1,2,3)"/></linearGradient></defs>'
        "<style>.b{fill:url('#a')}</style>"
        '<g transform="translate(1 2)" style="fill:#fff"><path class="b" d="M0 0h8z"/></g>',
        'viewBox="0 0 8 8" aria-label="Acme (UK)"',
    )
    (tmp_path / "logo.svg").write_text(
        f'<?xml version="1.0" encoding="UTF-8"?><!-- Made by hand -->{drawn}', encoding="utf-8"
    )
    assert config({"logo": "logo.svg"}, tmp_path).branding.logo == str(tmp_path / "logo.svg")


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"<svg/>", "is not a PNG image"), (png(4000, 10), "is 4000 by 10 pixels"), (png(64, 64)[:-1], "is not a PNG image")],
)
def test_a_png_that_is_none_or_too_large_is_refused(content: bytes, told: str, tmp_path: Path) -> None:
    assert told in logo_problem(tmp_path, content, "logo.png")


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    assert "should be an .svg or a .png" in logo_problem(tmp_path, b"GIF89a", "logo.gif")


def test_a_name_and_colours_cost_the_page_hardly_a_byte() -> None:
    """The budget of the first view is tests/browser's; branding must not eat into it."""

    def weight(folder: Path) -> int:
        return sum(len(brotli.compress(content)) for content in served(folder).values())

    assert weight(stage_page(config(ACME).branding)) - weight(WEB) < 300
