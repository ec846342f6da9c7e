/* What can be said about the chosen component, as fields of the house at the side. */
import { move, remove } from './editor.js';
import { groupsOf } from './entries.js';
import { field as drawn } from './fields.js';
import { translate } from './words.js';

export class Panel {
  constructor(editor, box, page) {
    this.editor = editor;
    this.box = box;
    this.page = page;
    this.shown = '';
    editor.on('selection.changed', () => this.show());
    editor.on('changed', () => this.refresh());
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
