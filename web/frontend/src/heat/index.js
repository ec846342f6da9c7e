/* Where the time goes, on the diagram: the colour and the median of each element. */
import { approach, listenToSizes, openToRead } from '../lib/sheet.js';
import './heat.css';

const box = document.getElementById('canvas');
const marks = JSON.parse(document.getElementById('page-data').textContent);

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

/* The element that takes longest; its neighbours on both sides are seen with it. */
function longest() {
  return Object.keys(marks).sort((a, b) => marks[b].heat - marks[a].heat).slice(0, 1);
}

const viewer = await openToRead(box, box.dataset.diagram);
if (viewer) {
  for (const [id, mark] of Object.entries(marks)) show(viewer, id, mark);
  listenToSizes(viewer);
  approach(viewer, longest());
}
document.body.dataset.ready = '1';
