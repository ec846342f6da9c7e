/* Where the time goes, on the diagram: the colour and the median of each element. */
import Viewer from 'bpmn-js/lib/NavigatedViewer';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import './heat.css';

const box = document.getElementById('canvas');
const READABLE = 0.7; // the scale at which labels can be read
const marks = JSON.parse(document.getElementById('page-data').textContent);

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
  for (const [id, mark] of Object.entries(marks)) show(viewer, id, mark);
  listenToButtons(canvas);
  canvas.zoom('fit-viewport');
  if (canvas.zoom() < READABLE) approach(canvas, viewer.get('elementRegistry'));
}

function show(viewer, id, mark) {
  const element = viewer.get('elementRegistry').get(id);
  if (!element) return;
  viewer.get('canvas').addMarker(id, `heat-${mark.heat}`);
  const label = document.createElement('div');
  label.className = 'heat-figure';
  label.textContent = mark.text;
  label.title = mark.title;
  viewer.get('overlays').add(id, { position: { bottom: 12, left: element.width / 2 - 30 }, html: label });
}

/* A wide diagram opens at what takes longest, large enough to read. */
function approach(canvas, registry) {
  const longest = Object.keys(marks)
    .sort((a, b) => marks[b].heat - marks[a].heat)
    .map((id) => registry.get(id))
    .find((element) => element && canvas.findRoot(element) === canvas.getRootElement());
  if (!longest) return;
  canvas.zoom(READABLE);
  const { width, height } = canvas.viewbox();
  const x = longest.x + longest.width / 2 - width / 2;
  const y = longest.y + longest.height / 2 - height / 2;
  canvas.viewbox({ x, y, width, height });
}

function listenToButtons(canvas) {
  const steps = {
    in: () => canvas.zoom(canvas.zoom() * 1.25),
    out: () => canvas.zoom(canvas.zoom() / 1.25),
    fit: () => canvas.zoom('fit-viewport'),
  };
  for (const button of document.querySelectorAll('[data-zoom]')) {
    button.hidden = false;
    button.addEventListener('click', () => steps[button.dataset.zoom]());
  }
}

await open();
document.body.dataset.ready = '1';
