"""Block Kit → HTML that looks roughly like Slack, so that what people see can be looked at. A picture, no client."""

from collections.abc import Callable, Iterable
from html import escape, unescape
from typing import Any

Json = dict[str, Any]

STYLE = """
:root { --ground: #fff; --text: #1d1c1d; --soft: #616061; --line: #ddd; --box: #fff; --green: #007a5a;
  --red: #e01e5a }
@media (prefers-color-scheme: dark) {
  :root { --ground: #1a1d21; --text: #d1d2d3; --soft: #ababad; --line: #424549; --box: #222529; --green: #148567 }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--text); font: 15px/1.46 Lato, "DejaVu Sans", sans-serif }
main { padding: 0 20px 20px }
.window { max-width: 520px; margin: 0 auto; border: 1px solid var(--line); border-radius: 8px }
main.home, main.message { max-width: 760px; margin: 0 auto; padding-top: 12px }
.bar { display: flex; justify-content: space-between; border-bottom: 1px solid var(--line); padding: 14px 20px }
.bar h1 { font-size: 18px; margin: 0 }
.ends { display: flex; justify-content: flex-end; gap: 8px; border-top: 1px solid var(--line); padding: 14px 20px }
.block { margin: 8px 0; overflow-wrap: anywhere }
.header { font-size: 18px; font-weight: 900 }
.section { display: flex; justify-content: space-between; align-items: flex-start; gap: 12px; white-space: pre-wrap }
.fields { display: grid; grid-template-columns: 1fr 1fr; gap: 4px 16px; flex: 1; white-space: pre-wrap }
.context { color: var(--soft); font-size: 12px; display: flex; flex-wrap: wrap; gap: 4px 8px; white-space: pre-wrap }
.image img { max-width: 100%; max-height: 500px; border-radius: 8px }
.actions { display: flex; flex-wrap: wrap; gap: 8px }
.button { border: 1px solid var(--line); border-radius: 4px; padding: 4px 12px; font-weight: 700; font-size: 13px }
.primary { background: var(--green); color: #fff; border-color: var(--green) }
.danger { background: var(--red); color: #fff; border-color: var(--red) }
.label { font-weight: 700 }
.hint, .placeholder { color: var(--soft); font-size: 13px; white-space: pre-wrap }
.typed { border: 1px solid var(--soft); border-radius: 4px; background: var(--box); padding: 7px 12px; min-height: 36px;
  white-space: pre-wrap }
.typed.long { min-height: 86px }
.option { display: flex; gap: 8px; margin: 4px 0 }
.mark { width: 16px; height: 16px; border: 1px solid var(--soft); flex: none; margin-top: 3px; border-radius: 3px }
.mark.round { border-radius: 50% } .mark.on { background: var(--green) }
.error { color: var(--red); font-size: 13px }
"""


def picture(body: Json, errors: Json | None = None) -> str:
    """A whole page for a view or a message; `errors` by block, as Slack shows them."""
    kind = body.get("type", "message")
    blocks = "".join(_block(block, (errors or {}).get(block.get("block_id"))) for block in body["blocks"])
    top = f'<div class="bar"><h1>{_plain(body["title"])}</h1><span>✕</span></div>' if kind == "modal" else ""
    ends = f'<div class="ends">{"".join(_ends(body))}</div>' if kind == "modal" else ""
    head = f'<meta name="viewport" content="width=device-width"><title>Slack</title><style>{STYLE}</style>'
    content = f'{top}<main class="{kind}">{blocks}</main>{ends}'
    inside = f'<div class="window">{content}</div>' if kind == "modal" else content
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{inside}</body></html>'


def _ends(view: Json) -> Iterable[str]:
    yield f'<span class="button">{_plain(view["close"])}</span>'
    if "submit" in view:
        yield f'<span class="button primary">{_plain(view["submit"])}</span>'


def _plain(text: Json) -> str:
    return escape(unescape(text["text"]))


def _text(text: Json) -> str:
    """Plain text as it is; of markup the two things that we make: a bold label, a named link."""
    if text["type"] == "plain_text":
        return _plain(text)
    written = text["text"]
    if written.startswith("<"):
        return f"<u>{escape(written.strip('<>').partition('|')[2])}</u>"
    return f"<b>{escape(unescape(written.strip('*')))}</b>"


def _block(block: Json, error: str | None) -> str:
    inside = _KINDS[block["type"]](block)
    wrong = f'<div class="error">{escape(error)}</div>' if error else ""
    return f'<div class="block {block["type"]}">{inside}{wrong}</div>'


def _section(block: Json) -> str:
    fields = "".join(f"<div>{_text(one)}</div>" for one in block.get("fields", ()))
    text = f'<div class="fields">{fields}</div>' if fields else f"<div>{_text(block['text'])}</div>"
    return text + (_button(block["accessory"]) if "accessory" in block else "")


def _button(button: Json) -> str:
    return f'<span class="button {button.get("style", "")}">{_plain(button["text"])}</span>'


def _context(block: Json) -> str:
    return "".join(f"<span>{_text(one)}</span>" for one in block["elements"])


def _input(block: Json) -> str:
    optional = ' <span class="hint">(optional)</span>' if block.get("optional") else ""
    hint = f'<div class="hint">{_plain(block["hint"])}</div>' if "hint" in block else ""
    return f'<div class="label">{_plain(block["label"])}{optional}</div>{_element(block["element"])}{hint}'


def _element(element: Json) -> str:
    kind = element["type"]
    if kind in ("radio_buttons", "checkboxes"):
        chosen = [element["initial_option"]] if "initial_option" in element else element.get("initial_options", ())
        return "".join(_option(one, kind, one in chosen) for one in element["options"])
    if kind == "plain_text_input":
        long = " long" if element.get("multiline") else ""
        return f'<div class="typed{long}">{escape(element.get("initial_value", ""))}</div>'
    chosen = [element["initial_option"]] if "initial_option" in element else element.get("initial_options", ())
    said = ", ".join(one["text"]["text"] for one in chosen) or element.get(
        "initial_date", element.get("initial_time", "")
    )
    empty = element["placeholder"]["text"] if "placeholder" in element else "Select a date or time"
    return f'<div class="typed">{escape(unescape(said or empty))} ▾</div>'


def _option(option: Json, kind: str, on: bool) -> str:
    mark = f'<span class="mark {"round" if kind == "radio_buttons" else ""} {"on" if on else ""}"></span>'
    more = f'<div class="hint">{_plain(option["description"])}</div>' if "description" in option else ""
    return f'<div class="option">{mark}<div>{_plain(option["text"])}{more}</div></div>'


_KINDS: dict[str, Callable[[Json], str]] = {
    "header": lambda block: _plain(block["text"]),
    "section": _section,
    "context": _context,
    "image": lambda block: f'<img src="{escape(block["image_url"])}" alt="{escape(block["alt_text"])}">',
    "actions": lambda block: "".join(map(_button, block["elements"])),
    "input": _input,
    "divider": lambda _: "<hr>",
}
