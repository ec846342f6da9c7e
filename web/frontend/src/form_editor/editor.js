/* The form editor with the parts that the pages for staff can draw, and a panel of our own. */
import './words.js';
import { FormEditor } from '@bpmn-io/form-js-editor';

/* Only these components may stand in a form; the server refuses all others. */
class AllowedComponents {
  static $inject = ['formFields', 'config.allowedComponents'];

  constructor(formFields, allowed) {
    for (const type of Object.keys(formFields._formFields)) {
      if (type !== 'default' && !allowed.includes(type)) delete formFields._formFields[type];
    }
  }
}

const ownParts = {
  __init__: ['allowedComponents'],
  allowedComponents: ['type', AllowedComponents],
  // the panel at the side is our own: see panel.js
  propertiesPanel: ['value', { attachTo() {} }],
  propertiesProvider: ['value', {}],
};

class NoDragging {
  createDragulaInstance() {
    return { containers: [], destroy() {}, on() {} };
  }
}

const onlyReading = {
  dragging: ['type', NoDragging],
  deleteActionProvider: ['value', {}],
  formEditorKeyboardBindings: ['value', {}],
};

export function made(container, { components, isReadOnly }) {
  return new FormEditor({
    container,
    allowedComponents: components,
    propertiesPanel: { parent: document.createElement('div') },
    additionalModules: isReadOnly ? [ownParts, onlyReading] : [ownParts],
  });
}

/* Adds a component of that type after the chosen one, or at the end. */
export function add(editor, type) {
  const registry = editor.get('formFieldRegistry');
  const chosen = editor.get('selection').get();
  const { schema } = editor._getState();
  const parent = chosen?._parent ? registry.get(chosen._parent) : schema;
  const index = chosen?._parent
    ? parent.components.findIndex((one) => one.id === chosen.id) + 1
    : schema.components.length;
  editor.get('modeling').addFormField({ type }, parent, index);
}

/* Moves a component up (-1) or down (1) among its neighbours. */
export function move(editor, field, by) {
  const parent = editor.get('formFieldRegistry').get(field._parent);
  const from = parent.components.findIndex((one) => one.id === field.id);
  const to = from + by;
  if (to < 0 || to >= parent.components.length) return;
  const layouter = editor.get('formLayouter');
  const row = layouter.getRowForField(field);
  const target = by > 0 ? to + 1 : to;
  const alone = { id: layouter.nextRowId(), components: [field.id] };
  editor.get('modeling').moveFormField(field, parent, parent, from, target, row, alone);
}

export function remove(editor, field) {
  const parent = editor.get('formFieldRegistry').get(field._parent);
  const index = parent.components.findIndex((one) => one.id === field.id);
  editor.get('modeling').removeFormField(field, parent, index);
}
