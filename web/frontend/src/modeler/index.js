/* The page 図 of the studio: the diagram of a draft, edited by one person at a time. */
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css';
import '@bpmn-io/properties-panel/assets/properties-panel.css';
import 'diagram-js-minimap/assets/diagram-js-minimap.css';
import 'bpmn-js-color-picker/colors/color-picker.css';
import './modeler.css';
import { page, post } from '../lib/http.js';
import { keep } from '../lib/keeping.js';
import { openToEdit, openToRead } from './editor.js';
import { showFindings, showNamed } from './findings.js';
import { listenToTidy, xmlOf } from './tidy.js';
import { listenToButtons } from './toolbar.js';

await load();
let diagram = null;
let checkAgain = () => {};
const keeping = keep(page, { content: () => xmlOf(diagram), lock: readOnly, saved: () => checkAgain() });
page.tab = keeping.tab;

/* The diagram and the revision that a save must name. */
async function load() {
  const answer = await fetch(page.urls.file, { credentials: 'same-origin' });
  if (!answer.ok) throw new Error(String(answer.status));
  page.content = await answer.text();
  page.revision = Number(answer.headers.get('X-Revision'));
}

async function open() {
  const show = keeping.isLocked() ? openToRead : openToEdit;
  diagram = await show(page.content).catch(() => drawn(show));
  if (!diagram) return;
  window.modeler = diagram;
  listenToButtons(diagram);
  checkAgain = showFindings(diagram, page.findings);
  if (keeping.isLocked()) return;
  listenToTidy(diagram);
  diagram.on('commandStack.changed', keeping.changed);
}

/* A model without a drawing gets one; where that cannot be, the lists below say the same. */
async function drawn(show) {
  const answer = await post(page.urls.layout, { body: page.content });
  const found = answer.ok ? await show(answer.data.xml).catch(() => null) : null;
  if (!found) document.getElementById('canvas').textContent = page.words.notDrawn;
  return found;
}

/* Somebody else edits from now on: what was drawn here stays to be seen, and cannot be changed. */
async function readOnly() {
  const xml = await xmlOf(diagram);
  diagram.destroy();
  document.getElementById('properties').replaceChildren();
  document.querySelector('[data-tidy]').disabled = true;
  page.content = xml;
  await open();
}

await open();
if (diagram) showNamed(diagram);
document.body.dataset.ready = '1';
