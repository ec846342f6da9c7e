/* An entry with several rows: choices, columns of a table, checks of the form. */
import { controlOf, element, remembered, teller, tryOut, valueOf } from './fields.js';
import { translate as t } from './words.js';

export function rowsOf(entry, values, set, panel, isFixed) {
  const whole = element('fieldset', 'field side__rows');
  whole.append(element('legend', 'field__label small', entry.label));
  const list = values.map((value) => ({ ...value }));
  const save = () => set(list.filter((one) => Object.values(one).some(Boolean)));
  for (const [index, value] of list.entries()) {
    whole.append(row(entry, { value, index, list, save, panel, isFixed }));
  }
  if (!isFixed) whole.append(adding(entry, list, set));
  return whole;
}

function row(entry, { value, index, list, save, panel, isFixed }) {
  const made = element('div', 'side__row');
  for (const column of entry.columns) {
    made.append(cell(entry, column, { value, index, save, panel, isFixed }));
  }
  if (!isFixed) {
    const remove = element('button', 'btn btn--quiet btn--small', t('Remove row {number}', { number: index + 1 }));
    remove.type = 'button';
    remove.addEventListener('click', () => {
      list.splice(index, 1);
      save();
      panel.show();
    });
    made.append(remove);
  }
  return made;
}

function cell(entry, [name, said, kind = 'text', options = []], { value, index, save, panel, isFixed }) {
  const made = element('div', 'field');
  const label = element('label', 'small', said);
  const control = controlOf({ kind, options }, value[name]);
  const id = `side-${entry.id}-${index}-${name}`;
  Object.assign(control, { id, name: `${entry.id}-${index}-${name}` });
  label.htmlFor = id;
  if (kind === 'select') control.disabled = isFixed;
  else control.readOnly = isFixed;
  const error = element('p', 'field__error');
  error.id = `${id}-e`;
  error.hidden = true;
  control.setAttribute('aria-describedby', error.id);
  made.append(label, error, control);
  const key = `${panel.field.id}/${entry.id}/${index}/${name}`;
  remembered(panel, key, made, teller(made, control, error));
  control.addEventListener('change', () => {
    value[name] = valueOf({ kind }, control.value);
    save();
    if (kind === 'formula') tryOut(panel, control.value, key);
  });
  return made;
}

function adding(entry, list, set) {
  const button = element('button', 'btn btn--small', t('Add row'));
  button.type = 'button';
  button.addEventListener('click', () => {
    const number = list.length + 1;
    const fresh = Object.fromEntries(
      entry.columns.map(([name, said, kind, options]) => [name, first(said, number, kind, options)]),
    );
    set([...list, fresh]);
  });
  return button;
}

/* A new row says something from the beginning, so that it is not taken for nothing. */
function first(said, number, kind, options) {
  if (kind === 'select') return options[1]?.[0] ?? '';
  return kind === 'formula' ? 'true' : `${said}${number}`;
}
