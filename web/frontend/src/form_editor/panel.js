/* What can be said about the chosen component, as fields of the house at the side. */
import { move, remove } from './editor.js';
import { groupsOf } from './entries.js';
import { field as drawn } from './fields.js';
import { translate } from './words.js';

const CLICK_MS = 300; // a press on a label must find it where it was

export class Panel {
  constructor(editor, box, page) {
    this.editor = editor;
    this.box = box;
    this.page = page;
    this.shown = '';
    this.isGone = false; // another panel has taken its place
    this.faults = new Map(); // of formulas, by component and entry
    // never while a command runs: drawing anew takes the focus from a field, which may be a command
    const later = (draw, ms = 0) => () => {
      setTimeout(() => this.isGone || draw(), ms); // a listener that answers stops all others
    };
    editor.on('selection.changed', later(() => this.show()));
    editor.on('commandStack.changed', later(() => this.refresh()));
    box.addEventListener('focusout', later(() => this.refresh(), CLICK_MS));
  }

  get field() {
    return this.editor.get('selection').get() ?? this.editor._getState().schema;
  }

  nameOf(id) {
    const field = this.editor.get('formFieldRegistry').get(id);
    return field ? field.label || field.dateLabel || field.text || field.id : '';
  }

  jump(id) {
    const field = this.editor.get('formFieldRegistry').get(id);
    if (!field) return;
    this.editor.get('selection').set(field);
    document.querySelector(`[data-id="${CSS.escape(id)}"]`)?.scrollIntoView({ block: 'center' });
    this.box.querySelector('input, textarea, select')?.focus();
  }

  groups() {
    const { field } = this;
    return field ? groupsOf(field, this) : [];
  }

  /* While somebody types nothing is drawn anew, unless there are other entries now. */
  refresh() {
    const groups = this.groups();
    const isTyping = this.box.contains(document.activeElement);
    if (!this.editor._getState().schema) return;
    if (isTyping && signature(this.field, groups) === this.shown) return;
    this.show(groups);
  }

  show(groups = this.groups()) {
    const focused = document.activeElement?.name;
    const isInside = this.box.contains(document.activeElement);
    this.shown = signature(this.field, groups);
    this.box.replaceChildren(this.heading(), ...groups.map((group) => this.group(group)));
    if (isInside && focused) this.box.querySelector(`[name="${CSS.escape(focused)}"]`)?.focus();
  }

  heading() {
    const { field } = this;
    const isForm = field?.type === 'default';
    const box = document.createElement('div');
    box.className = 'side__head';
    const name = document.createElement('h3');
    name.textContent = isForm ? translate('Form') : this.typeName(field);
    box.append(name);
    if (!isForm && field && !this.page.readOnly) box.append(this.actions(field));
    return box;
  }

  typeName(field) {
    const { config } = this.editor.get('formFields').get(field.type) ?? {};
    return config?.name || config?.label || field.type;
  }

  actions(field) {
    const row = document.createElement('div');
    row.className = 'btn-set';
    row.append(
      button(translate('Move up'), () => move(this.editor, field, -1)),
      button(translate('Move down'), () => move(this.editor, field, 1)),
      button(translate('Remove'), () => remove(this.editor, field)),
    );
    return row;
  }

  /* The server has read the formula of that entry; an empty text: without fault. */
  told(key, text) {
    if (text) this.faults.set(key, text);
    else this.faults.delete(key);
    for (const box of this.box.querySelectorAll('[data-key]')) {
      if (box.dataset.key === key) box.tell(text, 'ja');
    }
  }

  group({ title, entries, isOpen }) {
    const box = document.createElement('details');
    box.open = isOpen !== false;
    const head = document.createElement('summary');
    head.textContent = title;
    const body = document.createElement('div');
    body.className = 'side__group';
    body.append(...entries.map((entry) => drawn(entry, this)));
    box.append(head, body);
    return box;
  }

  /* Changes properties of the chosen component as one step that can be undone. */
  write(field, properties) {
    const current = this.editor.get('formFieldRegistry').get(field.id);
    if (current) this.editor.get('modeling').editFormField(current, properties);
  }
}

function button(text, act) {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = 'btn btn--small';
  made.textContent = text;
  made.addEventListener('click', act);
  return made;
}

function signature(field, groups) {
  const entries = groups.map(({ entries: own }) => own.map((one) => [one.id, one.rows?.().length]));
  return JSON.stringify([field?.id, entries]);
}
