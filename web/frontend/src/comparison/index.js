/* Two versions of a diagram side by side; what is new, gone, different or moved is marked. */
import { approach, openToRead } from '../lib/sheet.js';
import './comparison.css';

const page = JSON.parse(document.getElementById('page-data').textContent);

async function open(id, address) {
  const viewer = address ? await openToRead(document.getElementById(id), address) : null;
  if (!viewer) return null;
  const registry = viewer.get('elementRegistry');
  for (const [element, kind] of Object.entries(page.marks)) {
    if (registry.get(element)) viewer.get('canvas').addMarker(element, `is-${kind}`);
  }
  return viewer;
}

/* The leftmost of the elements that differ. */
function firstChange(viewer) {
  const registry = viewer.get('elementRegistry');
  return Object.keys(page.marks)
    .map((id) => registry.get(id))
    .filter((one) => one && !one.waypoints && one.parent)
    .sort((a, b) => a.x - b.x)
    .slice(0, 1)
    .map((one) => one.id);
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
if (viewers.length) approach(viewers.at(-1), firstChange(viewers.at(-1)));
document.body.dataset.ready = '1';
