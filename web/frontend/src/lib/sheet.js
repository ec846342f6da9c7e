/* The sheet on which a diagram lies: opened to be read, its size, the part that is looked at. */
import Viewer from 'bpmn-js/lib/NavigatedViewer';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';

export const READABLE = 0.7; // the scale at which labels can be read
const STEP = 1.25;

/* All of the diagram at that address; null where it has no drawing: the lists beside it say the same. */
export async function openToRead(box, address) {
  const answer = await fetch(address, { credentials: 'same-origin' });
  const viewer = new Viewer({ container: box });
  try {
    await viewer.importXML(await answer.text());
  } catch {
    box.hidden = true;
    return null;
  }
  viewer.get('canvas').zoom('fit-viewport');
  return viewer;
}

/* A wide diagram is shown large enough to read, where the first of these elements is. */
export function approach(viewer, ids) {
  const canvas = viewer.get('canvas');
  if (canvas.zoom() >= READABLE) return;
  const registry = viewer.get('elementRegistry');
  const elements = ids
    .map((id) => registry.get(id))
    .filter((one) => one && !one.waypoints && canvas.findRoot(one) === canvas.getRootElement());
  if (!elements.length) return;
  canvas.zoom(READABLE);
  const { width, height } = canvas.viewbox();
  const left = Math.min(...elements.map((one) => one.x));
  const middles = elements.map((one) => one.y + one.height / 2);
  const middle = (Math.min(...middles) + Math.max(...middles)) / 2;
  canvas.viewbox({ x: left - width / 3, y: middle - height / 2, width, height });
}

/* What the buttons for the size do, by their names. */
export function sizes(canvas) {
  return {
    in: () => canvas.zoom(canvas.zoom() * STEP),
    out: () => canvas.zoom(canvas.zoom() / STEP),
    fit: () => canvas.zoom('fit-viewport', 'auto'),
  };
}

/* The buttons for the size of a diagram that is only read. */
export function listenToSizes(viewer) {
  const acts = sizes(viewer.get('canvas'));
  for (const button of document.querySelectorAll('[data-zoom]')) {
    button.hidden = false;
    button.addEventListener('click', acts[button.dataset.zoom]);
  }
}
