/* The diagram of an instance: what is done, what is running, what is late, which way was gone. */
import { approach, listenToSizes, openToRead } from './lib/sheet.js';
import './viewer.css';
import { keepUpToDate } from './standing.js';

const box = document.getElementById('canvas');

function readMarks(page) {
  const { states, flows } = JSON.parse(page.getElementById('page-data').textContent);
  return new Map([
    ...flows.map((id) => [id, 'is-walked']),
    ...Object.entries(states).map(([id, state]) => [id, `is-${state}`]),
  ]);
}

async function open() {
  const viewer = await openToRead(box, box.dataset.diagram);
  if (!viewer) return () => {};
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
  listenToSizes(viewer);
  printWhole(canvas);
  approach(viewer, running(marks));
  return (page) => mark(readMarks(page));
}

/* Where the work is: what is running, late or stopped. */
function running(marks) {
  return [...marks].filter(([, name]) => !['is-done', 'is-walked'].includes(name)).map(([id]) => id);
}

/* On paper stands the whole diagram; afterwards the reader finds the view as it was. */
function printWhole(canvas) {
  let before = null;
  window.addEventListener('beforeprint', () => {
    before = canvas.viewbox();
    canvas.zoom('fit-viewport');
  });
  window.addEventListener('afterprint', () => {
    if (before) canvas.viewbox(before);
  });
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
