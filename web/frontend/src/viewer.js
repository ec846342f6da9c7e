/* The diagram of an instance: what is done, what is running, what is late, which way was gone. */
import Viewer from 'bpmn-js/lib/NavigatedViewer';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import './viewer.css';
import { keepUpToDate } from './standing.js';

const box = document.getElementById('canvas');
const READABLE = 0.7; // the scale at which labels can be read

function readMarks(page) {
  const { states, flows } = JSON.parse(page.getElementById('page-data').textContent);
  return new Map([
    ...flows.map((id) => [id, 'is-walked']),
    ...Object.entries(states).map(([id, state]) => [id, `is-${state}`]),
  ]);
}

async function open() {
  const viewer = new Viewer({ container: box });
  const answer = await fetch(box.dataset.diagram, { credentials: 'same-origin' });
  try {
    await viewer.importXML(await answer.text());
  } catch {
    box.hidden = true; // a model without a drawing: the list says the same
    return () => {};
  }
  const canvas = viewer.get('canvas');
  const registry = viewer.get('elementRegistry');
  let marks = new Map();

  // Only what has changed is touched: the view stays where the reader has moved it.
  function mark(next) {
    for (const [id, name] of marks) {
      if (next.get(id) !== name && registry.get(id)) canvas.removeMarker(id, name);
    }
    for (const [id, name] of next) {
      if (marks.get(id) !== name && registry.get(id)) canvas.addMarker(id, name);
    }
    marks = next;
  }

  mark(readMarks(document));
  listenToButtons(canvas);
  printWhole(canvas);
  fit(canvas);
  if (canvas.zoom() < READABLE) approach(canvas, registry, [...marks]);
  return (page) => mark(readMarks(page));
}

function fit(canvas) {
  canvas.zoom('fit-viewport');
}

/* A wide diagram opens where the work is, large enough to read; 全体 shows all of it. */
function approach(canvas, registry, marks) {
  const running = marks
    .filter(([, name]) => !['is-done', 'is-walked'].includes(name))
    .map(([id]) => registry.get(id))
    .filter((element) => element && canvas.findRoot(element) === canvas.getRootElement());
  if (!running.length) return;
  canvas.zoom(READABLE);
  const { width, height } = canvas.viewbox();
  const left = Math.min(...running.map((one) => one.x));
  const middles = running.map((one) => one.y + one.height / 2);
  const middle = (Math.min(...middles) + Math.max(...middles)) / 2;
  canvas.viewbox({ x: left - width / 3, y: middle - height / 2, width, height });
}

/* On paper stands the whole diagram; afterwards the reader finds the view as it was. */
function printWhole(canvas) {
  let before = null;
  window.addEventListener('beforeprint', () => {
    before = canvas.viewbox();
    fit(canvas);
  });
  window.addEventListener('afterprint', () => {
    if (before) canvas.viewbox(before);
  });
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

function listenToPrint() {
  const button = document.querySelector('[data-print]');
  button.hidden = false;
  button.addEventListener('click', () => window.print());
}

const redraw = await open();
listenToPrint();
keepUpToDate(redraw);
document.body.dataset.ready = '1';
