/* 検査の結果: what the server says about the draft, at the elements and in the list. */
import { page, post } from '../lib/http.js';

const JAPANESE = /[\u3040-\u30ff\u4e00-\u9fff]/;
const CORNER = { top: -14, left: -10 };

/* Asks again after each save; what it answers replaces what stood there. */
export function showFindings(diagram, first) {
  let turn = 0;
  show(diagram, first);
  return async () => {
    turn += 1;
    const mine = turn;
    const answer = await post(page.urls.check).catch(() => null);
    if (mine === turn && answer?.ok) show(diagram, answer.data.findings);
  };
}

function show(diagram, findings) {
  mark(diagram, findings);
  list(diagram, findings);
}

function mark(diagram, findings) {
  const overlays = diagram.get('overlays');
  overlays.remove({ type: 'finding' });
  const byElement = new Map();
  for (const finding of findings) {
    for (const shape of shownAt(diagram, shapeOf(diagram, finding.element))) {
      byElement.set(shape, [...(byElement.get(shape) ?? []), finding]);
    }
  }
  for (const [shape, found] of byElement) {
    overlays.add(shape.id, 'finding', { position: place(shape), html: badge(found) });
  }
}

/* The element, and the closed sub-processes in which it lies on a sheet of its own. */
function* shownAt(diagram, shape) {
  const canvas = diagram.get('canvas');
  const registry = diagram.get('elementRegistry');
  for (let next = shape; next?.parent;) {
    yield next;
    const sheet = canvas.findRoot(next);
    const owner = sheet && registry.get(sheet.businessObject?.id);
    next = owner === sheet ? null : owner;
  }
}

function place(shape) {
  if (!shape.waypoints) return CORNER;
  const box = {
    x: Math.min(...shape.waypoints.map((one) => one.x)),
    y: Math.min(...shape.waypoints.map((one) => one.y)),
  };
  const middle = shape.waypoints[Math.floor(shape.waypoints.length / 2)];
  return { left: middle.x - box.x - 10, top: middle.y - box.y - 10 };
}

/* Icon, word and number: nobody has to see the colour. */
function badge(found) {
  const severity = found.some((one) => one.severity === 'error') ? 'error' : 'warning';
  const made = document.querySelector(`template[data-badge="${severity}"]`).content.cloneNode(true);
  const box = made.firstElementChild;
  box.querySelector('[data-count]').textContent = found.length;
  box.title = found.map((one) => one.message).join('\n');
  return box;
}

function list(diagram, findings) {
  const box = document.querySelector('[data-findings]');
  if (!box) return;
  const items = findings.map((finding) => item(diagram, finding));
  box.querySelector('ul').replaceChildren(...items);
  box.querySelector('[data-none]').hidden = findings.length > 0;
  for (const severity of ['error', 'warning']) {
    const count = findings.filter((one) => one.severity === severity).length;
    box.querySelector(`[data-count-of="${severity}"]`).textContent = count;
  }
}

function item(diagram, finding) {
  const made = document.querySelector(`template[data-item="${finding.severity}"]`).content.cloneNode(true);
  const link = made.querySelector('a');
  const shape = shapeOf(diagram, finding.element);
  say(link.querySelector('[data-message]'), finding.message);
  say(link.querySelector('[data-where]'), whereOf(shape, finding));
  link.href = '#canvas';
  link.addEventListener('click', (event) => {
    event.preventDefault();
    jump(diagram, shape);
  });
  return made.firstElementChild;
}

/* Sentences of the check are Japanese on every page. */
function say(place, text) {
  place.textContent = text;
  if (JAPANESE.test(text) && document.documentElement.lang !== 'ja') place.lang = 'ja';
}

function whereOf(shape, finding) {
  const name = finding.name || shape?.businessObject?.name || finding.element;
  return finding.file && finding.file !== page.file ? [name, finding.file].filter(Boolean).join('　') : name;
}

/* Goes to the sheet of the element, shows and selects it. */
function jump(diagram, shape) {
  const box = document.getElementById('canvas');
  box.scrollIntoView({ block: 'center' });
  box.focus();
  if (!shape) return;
  const canvas = diagram.get('canvas');
  const root = canvas.findRoot(shape);
  if (root && root !== canvas.getRootElement()) canvas.setRootElement(root);
  if (shape.parent) canvas.scrollToElement(shape, 80);
  diagram.get('selection').select(shape.parent ? shape : []);
}

/* A link from another page names its element behind `#element=`. */
export function showNamed(diagram) {
  const named = /^#element=(.+)$/.exec(decodeURIComponent(window.location.hash));
  const shape = named && shapeOf(diagram, named[1]);
  if (shape) jump(diagram, shape);
}

/* The process itself is drawn as its pool, a message or lane as what bears its id. */
function shapeOf(diagram, id) {
  if (!id) return null;
  const registry = diagram.get('elementRegistry');
  return registry.get(id)
    ?? registry.find((one) => one.businessObject?.processRef?.id === id)
    ?? null;
}
