/* Two versions of a diagram side by side; what is new, gone, different or moved is marked. */
import Viewer from 'bpmn-js/lib/NavigatedViewer';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import './comparison.css';

const READABLE = 0.6; // the scale at which labels can be read
const page = JSON.parse(document.getElementById('page-data').textContent);

async function open(id, address) {
  const box = document.getElementById(id);
  if (!address) return null;
  const answer = await fetch(address, { credentials: 'same-origin' });
  const viewer = new Viewer({ container: box });
  try {
    await viewer.importXML(await answer.text());
  } catch {
    return null; // the list says the same
  }
  const canvas = viewer.get('canvas');
  const registry = viewer.get('elementRegistry');
  for (const [element, kind] of Object.entries(page.marks)) {
    if (registry.get(element)) canvas.addMarker(element, `is-${kind}`);
  }
  canvas.zoom('fit-viewport');
  return viewer;
}

/* A wide diagram opens at its first change, large enough to read. */
function approach(viewer) {
  const canvas = viewer.get('canvas');
  if (canvas.zoom() >= READABLE) return;
  const registry = viewer.get('elementRegistry');
  const changed = Object.keys(page.marks)
    .map((id) => registry.get(id))
    .filter((one) => one && !one.waypoints && one.parent && canvas.findRoot(one) === canvas.getRootElement());
  if (!changed.length) return;
  canvas.zoom(READABLE);
  const first = changed.reduce((left, one) => (one.x < left.x ? one : left));
  const { width, height } = canvas.viewbox();
  canvas.viewbox({ x: first.x - width / 3, y: first.y + first.height / 2 - height / 2, width, height });
}

/* What is moved or zoomed in one is shown in the other as well. */
function keepTogether(viewers) {
  let isFollowing = false;
  for (const viewer of viewers) {
    viewer.on('canvas.viewbox.changed', ({ viewbox }) => {
      if (isFollowing) return;
      isFollowing = true;
      for (const other of viewers) {
        if (other !== viewer) other.get('canvas').viewbox(viewbox);
      }
      isFollowing = false;
    });
  }
}

const viewers = [await open('old', page.old), await open('new', page.new)].filter(Boolean);
keepTogether(viewers);
if (viewers.length) approach(viewers.at(-1));
document.body.dataset.ready = '1';
