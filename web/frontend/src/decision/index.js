/* The editor of a decision file: tables, expressions, and how decisions depend on each other. */
import { translate } from './words.js';
import 'dmn-js/dist/assets/diagram-js.css';
import 'dmn-js/dist/assets/dmn-js-shared.css';
import 'dmn-js/dist/assets/dmn-js-drd.css';
import 'dmn-js/dist/assets/dmn-js-decision-table.css';
import 'dmn-js/dist/assets/dmn-js-decision-table-controls.css';
import 'dmn-js/dist/assets/dmn-js-literal-expression.css';
import 'dmn-js/dist/assets/dmn-js-boxed-expression.css';
import 'dmn-js/dist/assets/dmn-js-boxed-expression-controls.css';
import 'dmn-js/dist/assets/dmn-font/css/dmn.css';
import './decision.css';
import Modeler from 'dmn-js/lib/Modeler';
import Viewer from 'dmn-js/lib/NavigatedViewer';
import { check } from '../lib/checked.js';
import { page } from '../lib/http.js';
import { keep } from '../lib/keeping.js';
import { saveBeforeLeaving } from '../lib/leaving.js';
import { undoButtons } from '../lib/undo.js';
import { makeAccessible } from './accessible.js';
import { notesInColumn } from './annotations.js';
import { drawWithoutLayout } from './drawing.js';
import { placeOf, show } from './places.js';
import { listViews } from './views.js';

const KINDS = ['drd', 'decisionTable', 'literalExpression', 'boxedExpression'];
const common = { dataTypes: ['string', 'number', 'boolean', 'date', 'time', 'dateTime'] };
const ofEach = { additionalModules: [{ translate: ['value', translate] }] };
const container = document.querySelector('[data-canvas]');

function opened(Kind) {
  const views = Object.fromEntries(KINDS.map((kind) => [kind, ofEach]));
  const made = new Kind({ container, common, ...views });
  notesInColumn(made);
  drawWithoutLayout(made);
  listViews(made, document.querySelector('[data-views]'), translate);
  return made;
}

async function load(editor, xml) {
  await editor.importXML(xml);
  const first = editor.getViews().find((view) => view.type !== 'drd');
  if (first) await editor.open(first);
}

async function text(editor) {
  const { xml } = await editor.saveXML({ format: true });
  return xml;
}

makeAccessible(container, translate);
let editor = opened(page.readOnly ? Viewer : Modeler);
await load(editor, page.content);

const checkAgain = check(page, {
  nameOf: (id) => placeOf(editor, id, translate),
  jump: (id) => show(editor, id),
});
const kept = keep(page, { content: () => text(editor), lock, saved: checkAgain });
saveBeforeLeaving(kept);
const buttons = undoButtons(() => editor.getActiveViewer()?.get('commandStack', false));

function watch({ viewer }) {
  viewer.on('commandStack.changed', ({ trigger }) => {
    buttons.refresh();
    if (trigger !== 'clear') kept.changed();
  });
}

for (const viewer of Object.values(editor._viewers)) watch({ viewer });
editor.on('viewer.created', watch);
editor.on('views.changed', buttons.refresh);

/* From now on only read: what has been drawn stays on the screen. */
async function lock() {
  const xml = await text(editor);
  editor.destroy();
  container.replaceChildren();
  editor = opened(Viewer);
  await load(editor, xml);
  buttons.refresh();
}

window.decisionEditor = {
  load: (xml) => load(editor, xml),
  text: () => text(editor),
  get editor() {
    return editor;
  },
};
document.body.dataset.ready = '1';
