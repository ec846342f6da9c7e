/* The editor of an input form. */
import { add, made } from './editor.js';
import '@bpmn-io/form-js-viewer/dist/assets/form-js.css';
import '@bpmn-io/form-js-editor/dist/assets/form-js-editor.css';
import './form_editor.css';
import { check } from '../lib/checked.js';
import { page } from '../lib/http.js';
import { keep } from '../lib/keeping.js';
import { saveBeforeLeaving } from '../lib/leaving.js';
import { reachable } from '../lib/reachable.js';
import { undoButtons } from '../lib/undo.js';
import { Panel } from './panel.js';
import { translate } from './words.js';

const canvas = document.querySelector('[data-canvas]');
const side = document.querySelector('[data-side]');
let editor;
let panel;
let kept = { changed() {} };
const buttons = undoButtons(() => (page.readOnly ? null : editor?.get('commandStack')));

function open(isReadOnly) {
  editor = made(canvas, { components: page.components, isReadOnly });
  canvas.classList.toggle('is-read-only', isReadOnly);
  panel = new Panel(editor, side, { ...page, readOnly: isReadOnly });
  editor.on('commandStack.changed', ({ trigger }) => {
    buttons.refresh();
    if (trigger !== 'clear') kept.changed();
  });
}

async function load(text) {
  await editor.importSchema(JSON.parse(text));
  panel.show();
}

const text = () => `${JSON.stringify(editor.saveSchema(), null, 2)}\n`;

async function lock() {
  const last = text();
  panel.isGone = true;
  editor.destroy();
  canvas.replaceChildren();
  open(true);
  await load(last);
  buttons.refresh();
}

function addByClick(event) {
  const entry = event.target.closest('.fjs-palette-field');
  if (entry && event.detail > 0 && !page.readOnly) add(editor, entry.dataset.fieldType);
}

reachable(canvas, '.fjs-table-inner-container', translate('Table'));
open(Boolean(page.readOnly));
try {
  await load(page.content);
  const checkAgain = check(page, { nameOf: (id) => panel.nameOf(id), jump: (id) => panel.jump(id) });
  kept = keep(page, { content: text, lock, saved: checkAgain });
  saveBeforeLeaving(kept);
  canvas.addEventListener('click', addByClick);
} catch (error) {
  canvas.textContent = page.words.unreadable;
  check(page, { nameOf: () => '', jump() {} });
  console.warn(error);
}
window.formEditor = {
  load,
  text,
  get editor() {
    return editor;
  },
};
document.body.dataset.ready = '1';
