"""Adaptive Cards in a browser: Microsoft's own renderer for the web, with colours and sizes like those of Teams."""

import json
from typing import Any

from playwright.sync_api import Page

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Safeguarding</title>
<meta name="viewport" content="width=device-width"><style>
:root { color-scheme: light dark; --paper: #fff; --ink: #242424; --field: #f5f5f5; --line: #616161; --mark: #5b5fc7; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #292929; --ink: #fff; --field: #1f1f1f; --line: #adadad; --mark: #9299f7; }
}
body { margin: 0; background: var(--paper); color: var(--ink); font: 14px/20px "DejaVu Sans", sans-serif; }
main { padding: 4px; max-width: 600px; overflow-wrap: anywhere; }
.ac-input, .ac-textInput, select { background: var(--field); color: var(--ink); border: 1px solid var(--line);
  border-radius: 4px; padding: 6px; width: 100%; box-sizing: border-box; font: inherit; }
textarea { min-height: 72px; }
input[type=radio], input[type=checkbox] { width: 16px; min-width: 16px; accent-color: var(--mark); }
.ac-pushButton { font: inherit; font-weight: 600; border: 1px solid var(--line); border-radius: 4px; padding: 6px 12px;
  margin: 0 0 6px; background: var(--paper); color: var(--ink); min-height: 32px; overflow: visible !important; }
.ac-pushButton > div { white-space: normal !important; overflow: visible !important; }
.ac-pushButton.style-positive { background: #5b5fc7; color: #fff; border-color: #5b5fc7; }
.ac-pushButton.style-destructive { background: #b10e1c; color: #fff; border-color: #b10e1c; }
.ac-actionSet { flex-wrap: wrap !important; }
a { color: var(--mark); }
</style></head><body><main></main></body></html>"""

SIZES = {"small": 12, "default": 14, "medium": 16, "large": 18, "extraLarge": 24}
LIGHT = {"ink": "#242424", "subtle": "#616161", "good": "#0b6a0b", "warning": "#835c00", "attention": "#a80000",
         "accent": "#4f52b2"}  # fmt: skip
DARK = {"ink": "#ffffff", "subtle": "#d6d6d6", "good": "#92c353", "warning": "#f8d22a", "attention": "#f9a3a8",
        "accent": "#a6a7dc"}  # fmt: skip
BACKS = {
    "light": {"default": "#ffffff", "emphasis": "#f0f0f0", "accent": "#e8ebfa", "good": "#e7f2da",
              "warning": "#fbf3d5", "attention": "#fcf4f6"},
    "dark": {"default": "#292929", "emphasis": "#1f1f1f", "accent": "#2f2f4a", "good": "#12330d",
             "warning": "#463100", "attention": "#3e1f25"},
}  # fmt: skip


def _colours(found: dict[str, str]) -> dict[str, Any]:
    def tone(name: str) -> dict[str, str]:
        return {"default": found[name], "subtle": found["subtle"] if name == "ink" else found[name]}

    names = {"default": "ink", "dark": "ink", "light": "ink", "accent": "accent", "good": "good",
             "warning": "warning", "attention": "attention"}  # fmt: skip
    return {name: tone(colour) for name, colour in names.items()}


def host(scheme: str) -> dict[str, Any]:
    """What the renderer is told about colours and sizes."""
    colours = _colours(LIGHT if scheme == "light" else DARK)
    styles = {
        name: {"backgroundColor": back, "foregroundColors": colours, "borderColor": back}
        for name, back in BACKS[scheme].items()
    }
    return {
        "fontFamily": "DejaVu Sans, sans-serif",
        "supportsInteractivity": True,
        "fontSizes": SIZES,
        "fontWeights": {"lighter": 300, "default": 400, "bolder": 600},
        "spacing": {"small": 4, "default": 8, "medium": 14, "large": 20, "extraLarge": 28, "padding": 10},
        "separator": {"lineThickness": 1, "lineColor": "#8a8a8a"},
        "containerStyles": styles,
        "actions": {"maxActions": 6, "spacing": "default", "buttonSpacing": 8, "actionsOrientation": "horizontal",
                    "actionAlignment": "left"},
    }  # fmt: skip


DRAW = """([card, host]) => {
  AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
    const found = /^\\[([^\\]]+)\\]\\((https?:[^)]+)\\)$/.exec(text);
    result.outputHtml = found ? `<a href="${found[2]}">${found[1]}</a>` : text;
    result.didProcess = true;
  };
  const drawn = new AdaptiveCards.AdaptiveCard();
  drawn.hostConfig = new AdaptiveCards.HostConfig(host);
  const context = new AdaptiveCards.SerializationContext();
  drawn.parse(card, context);
  window.pressed = [];
  drawn.onExecuteAction = (action) => window.pressed.push(action.data ?? null);
  document.querySelector('main').replaceChildren(drawn.render());
  return [...Array(context.eventCount ?? 0).keys()].map((at) => context.getEventAt(at).message);
}"""


def show(page: Page, card: dict[str, Any], scheme: str) -> list[str]:
    """Draw a card in an open page; what the renderer did not like about it."""
    return list(page.evaluate(DRAW, [json.loads(json.dumps(card)), host(scheme)]))


CHECKED = "(rules) => axe.run('main', {runOnly: {type: 'rule', values: rules}})"


def violations(page: Page, rules: list[str]) -> list[str]:
    """What axe-core finds by these rules in the card that is shown, one line a place."""
    found: dict[str, Any] = page.evaluate(CHECKED, rules)
    return [f"{one['id']}: {node['html'][:160]}" for one in found["violations"] for node in one["nodes"]]
