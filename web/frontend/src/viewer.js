/* The diagram of an instance: what is done, what is running, what is late. */
import Viewer from 'bpmn-js/lib/NavigatedViewer';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import './viewer.css';

const box = document.getElementById('canvas');
const READABLE = 0.7; // the scale at which labels can be read
const states = JSON.parse(document.getElementById('page-data').textContent);

async function open() {
  const viewer = new Viewer({ container: box });
  const answer = await fetch(box.dataset.diagram, { credentials: 'same-origin' });
  try {
    await viewer.importXML(await answer.text());
  } catch {
    box.hidden = true; // a model without a drawing: the list says the same
    return;
  }
  const canvas = viewer.get('canvas');
  const registry = viewer.get('elementRegistry');
  for (const [id, state] of Object.entries(states)) {
    if (registry.get(id)) canvas.addMarker(id, `is-${state}`);
  }
  listenToButtons(canvas);
  fit(canvas);
  if (canvas.zoom() < READABLE) approach(canvas, registry);
}

function fit(canvas) {
  canvas.zoom('fit-viewport');
}

/* A wide diagram opens where the work is, large enough to read; 全体 shows all of it. */
function approach(canvas, registry) {
  const running = Object.keys(states)
    .filter((id) => states[id] !== 'done')
    .map((id) => registry.get(id))
    .filter((element) => element && canvas.findRoot(element) === canvas.getRootElement());
  if (!running.length) return;
  canvas.zoom(READABLE);
  const { width, height } = canvas.viewbox();
  const left = Math.min(...running.map((one) => one.x));
  const middles = running.map((one) => one.y + one.height / 2);
  const middle = (Math.min(...middles) + Math.max(...middles)) / 2;
  canvas.viewbox({ x: left - width / 3, y: middle - height / 2, width, height });
}

function listenToButtons(canvas) {
  const steps = {
    in: () => canvas.zoom(canvas.zoom() * 1.25),
    out: () => canvas.zoom(canvas.zoom() / 1.25),
    fit: () => fit(canvas),
  };
  for (const button of document.querySelectorAll('[data-zoom]')) {
    button.hidden = false;
    button.addEventListener('click', () => steps[button.dataset.zoom]());
  }
}

await open();
document.body.dataset.ready = '1';
