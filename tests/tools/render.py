"""Pictures of BPMN files, drawn by bpmn-js: `python -m tests.tools.render --into DIR FILE...`."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

PAGE = (
    "<body style='margin:0;background:#fff'>"
    "<div id='canvas' style='width:{w}px;height:{h}px'></div></body>"
)
SHOW = """async (xml) => {
  const viewer = new BpmnJS({ container: '#canvas',
    textRenderer: { defaultStyle: { fontFamily: 'Noto Sans CJK JP, sans-serif' } } });
  const { warnings } = await viewer.importXML(xml);
  const planes = viewer.get('canvas').getRootElements().map(root => root.id);
  window.viewer = viewer;
  return { planes, warnings: warnings.map(w => w.message) };
}"""
OPEN = """(id) => {
  const canvas = viewer.get('canvas');
  canvas.setRootElement(canvas.findRoot(id));
  return canvas.viewbox().inner; }"""
FIT = """([box, margin]) => viewer.get('canvas').viewbox({
  x: box.x - margin, y: box.y - margin,
  width: box.width + 2 * margin, height: box.height + 2 * margin })"""
RESIZE = """([w, h]) => {
  const { style } = document.getElementById('canvas');
  style.width = w + 'px'; style.height = h + 'px';
  viewer.get('canvas').resized(); }"""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
]
MARGIN = 20


def render(page: Page, source: Path, script: Path, into: Path, scale: float) -> None:
    """Draw each plane of the file at `scale` device pixels per diagram pixel.

    The first becomes `<file>.png`, that of a collapsed sub-process `<file>-<its id>.png`.
    """
    page.set_content(PAGE.format(w=1600, h=900))
    page.add_script_tag(path=script)
    shown = page.evaluate(SHOW, source.read_text(encoding="utf-8"))
    for number, plane in enumerate(shown["planes"]):
        box = page.evaluate(OPEN, plane)
        width, height = (int((box[side] + 2 * MARGIN) * scale) for side in ("width", "height"))
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate(RESIZE, [width, height])
        page.evaluate(FIT, [box, MARGIN])
        name = source.stem if number == 0 else f"{source.stem}-{plane.removesuffix('_plane')}"
        page.screenshot(path=into / f"{name}.png")
        sys.stdout.write(f"{name}: {width} x {height}\n")
    sys.stdout.writelines(f"{source.stem}: {warning}\n" for warning in shown["warnings"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--into", type=Path, default=Path("build"), help="folder of the pictures")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--chromium", default=shutil.which("chromium"))
    parser.add_argument(
        "--viewer",
        type=Path,
        default=Path("web/frontend/node_modules/bpmn-js/dist/bpmn-viewer.production.min.js"),
        help="bpmn-js bundle",
    )
    arguments = parser.parse_args()
    arguments.into.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=arguments.chromium, args=FLAGS)
        page = browser.new_page()
        for source in arguments.files:
            render(page, source, arguments.viewer, arguments.into, arguments.scale)
        browser.close()


if __name__ == "__main__":
    main()
