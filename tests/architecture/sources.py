"""The project's own files, as the guard tests read them: source trees and text, nothing generated."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "dialogs", "storage", "thresholds")
TEXT = (".py", ".toml", ".txt", ".md", ".yaml", ".html", ".css", ".js", ".json", ".cfg", "")
GENERATED = {"node_modules", "var", "build", "dist", "artefacts", "__pycache__"}


def files(*suffixes: str, under: str = "") -> Iterator[Path]:
    """Every file with one of the suffixes below a folder of the project, sorted by path."""
    return (path for path in sorted(_walk(ROOT / under)) if path.suffix in suffixes)


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_dir():
            yield from () if _is_left_out(path) else _walk(path)
        elif not path.name.startswith(".") or path.name == ".gitignore":
            yield path


def _is_left_out(folder: Path) -> bool:
    hidden = folder.name.startswith(".") and folder.name != ".ci"
    return hidden or folder.name in GENERATED or folder.name.endswith(".egg-info")


@cache
def tree(path: Path) -> ast.Module:
    """The parsed module."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def modules(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """Path (from the top) and tree of every module below these folders."""
    for folder in folders:
        for path in files(".py", under=folder):
            yield str(path.relative_to(ROOT)), tree(path)


def imported(module: ast.Module) -> Iterator[tuple[str, int]]:
    """Each name that the module imports, dotted, with its line."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def dotted(node: ast.expr) -> str:
    """`a.b.c` of an attribute chain that starts at a name, else an empty string."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        start = dotted(node.value)
        return f"{start}.{node.attr}" if start else ""
    return ""
