/* One entry of the panel as a field of the house: label, help, error, control. */
import { post } from '../lib/http.js';
import { rowsOf } from './rows.js';
import { read, write } from './values.js';
import { translate as t } from './words.js';

const PAUSE_MS = 400;
const JAPANESE = /[\u3040-\u30ff\u4e00-\u9fff]/;
let count = 0;

export function field(entry, panel) {
  const one = panel.field;
  const value = entry.get ? entry.get(one) : read(one, entry.path);
  const set = (next) => {
    const current = panel.editor.get('formFieldRegistry').get(one.id) ?? panel.editor._getState().schema;
    if (entry.set) entry.set(current, next, panel);
    else write(panel, current, entry.path, next);
  };
  const isFixed = panel.page.readOnly || entry.isFixed;
  if (entry.kind === 'rows') return rowsOf(entry, value ?? [], set, panel, isFixed);
  if (entry.kind === 'flag') return choice(entry, value, set, isFixed);
  return box(entry, { value, set, isFixed, panel, one });
}

function choice(entry, value, set, isFixed) {
  const made = element('label', 'choice');
  const input = element('input');
  Object.assign(input, { type: 'checkbox', name: entry.id, checked: value === true, disabled: isFixed });
  input.addEventListener('change', () => set(input.checked));
  made.append(input, element('span', '', entry.label));
  if (!entry.help) return made;
  const whole = element('div', 'field');
  whole.append(made, element('p', 'field__help', entry.help));
  return whole;
}

function box(entry, { value, set, isFixed, panel, one }) {
  const id = `side-${(count += 1)}`;
  const made = element('div', 'field');
  const said = element('label', 'field__label small', entry.label);
  said.htmlFor = id;
  if (entry.isRequired) said.append(element('span', 'req', t('(required)')));
  made.append(said);
  const control = controlOf(entry, value);
  Object.assign(control, { id, name: entry.id });
  if (entry.kind === 'select') control.disabled = isFixed;
  else control.readOnly = isFixed;
  const error = element('p', 'field__error');
  error.id = `${id}-e`;
  error.hidden = true;
  const described = [error.id];
  if (entry.help) {
    const help = element('p', 'field__help', entry.help);
    help.id = `${id}-h`;
    described.unshift(help.id);
    made.append(help);
  }
  control.setAttribute('aria-describedby', described.join(' '));
  made.append(error, control);
  const key = `${one.id}/${entry.id}`;
  const tell = remembered(panel, key, made, teller(made, control, error));
  if (!isFixed) listen(control, entry, { set, one, panel, tell, key });
  return made;
}

/* What the server has said about a formula is shown again when the panel is drawn anew. */
export function remembered(panel, key, box_, tell) {
  box_.dataset.key = key;
  box_.tell = tell;
  if (panel.faults.has(key)) tell(panel.faults.get(key), 'ja');
  return tell;
}

export function controlOf(entry, value) {
  if (entry.kind === 'select') return choices(entry.options, value);
  const isLong = entry.kind === 'area' || entry.kind === 'formula';
  const control = element(isLong ? 'textarea' : 'input', isLong ? 'area area--short' : 'input');
  if (entry.kind === 'formula') control.classList.add('mono');
  if (entry.kind === 'number') control.inputMode = 'decimal';
  control.value = shown(entry, value);
  control.autocomplete = 'off';
  return control;
}

function choices(options, value) {
  const control = element('select', 'select');
  const known = options.map(([one]) => one);
  const all = known.includes(value ?? '') ? options : [...options, [value ?? '', value ?? '']];
  for (const [one, said] of all) {
    const option = new Option(said, one, false, one === (value ?? ''));
    if (JAPANESE.test(said)) option.lang = 'ja';
    control.append(option);
  }
  return control;
}

function shown(entry, value) {
  if (value === undefined || value === null) return '';
  const text = String(value);
  return entry.mark && text.startsWith(entry.mark) ? text.slice(entry.mark.length) : text;
}

function listen(control, entry, { set, one, panel, tell, key }) {
  let timer = 0;
  let last = control.value;
  const commit = () => {
    clearTimeout(timer);
    if (control.value === last) return;
    const fault = faultOf(entry, control.value, one);
    tell(fault);
    if (fault) return;
    last = control.value;
    set(valueOf(entry, last));
    if (entry.kind === 'formula') tryOut(panel, last, key);
  };
  control.addEventListener('change', commit);
  control.addEventListener('input', (event) => {
    clearTimeout(timer);
    if (!event.isComposing && entry.kind !== 'select') timer = setTimeout(commit, PAUSE_MS);
  });
}

function faultOf(entry, value, one) {
  if (entry.check) return entry.check(value, one);
  const isNumber = entry.kind !== 'number' || !value || Number.isFinite(Number(value.normalize('NFKC')));
  return isNumber ? '' : t('Enter a number.');
}

export function valueOf(entry, text) {
  if (entry.kind === 'number') return text.trim() ? Number(text.normalize('NFKC')) : '';
  if (entry.kind === 'formula') return text.trim() ? `${entry.mark ?? ''}${text.trim()}` : '';
  return text;
}

/* The server reads the formula as the running process would. */
export async function tryOut(panel, text, key) {
  let error = '';
  if (text.trim()) {
    const answer = await post(panel.page.urls.feel, {
      body: JSON.stringify({ text, kind: 'expression' }),
      headers: { 'Content-Type': 'application/json' },
    }).catch(() => null);
    error = (answer?.ok && answer.data.error) || '';
  }
  panel.told(key, error);
}

export function teller(box_, control, error) {
  return (text, lang = '') => {
    error.textContent = text;
    error.lang = lang || document.documentElement.lang;
    error.hidden = !text;
    box_.classList.toggle('field--bad', Boolean(text));
    control.toggleAttribute('aria-invalid', Boolean(text));
    if (text) control.setAttribute('aria-invalid', 'true');
  };
}

export function element(name, className = '', text = '') {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}
