/* From a task to its form: opens the chosen one, or makes one that bears the name of the task. */
import { getBusinessObject } from 'bpmn-js/lib/util/ModelUtil';
import { useState } from '@bpmn-io/properties-panel/preact/hooks';
import { jsx, jsxs } from '@bpmn-io/properties-panel/preact/jsx-runtime';
import { filled, page, post } from '../../lib/http.js';
import { run, useTools } from './fields.js';
import { property, withProperties } from './holding.js';

const EMPTY = { type: 'default', schemaVersion: 19, components: [] };

export function newForm(element) {
  return { id: `${element.id}-form-link`, element, component: FormLink };
}

function FormLink({ element, id }) {
  const tools = useTools();
  const [fault, setFault] = useState('');
  const key = property(element, 'formKey');
  const name = getBusinessObject(element).name || element.id;
  const isMade = page.forms.some((one) => one.value === key);
  const make = async () => {
    const found = await makeForm(element, name);
    if (found.error) return setFault(found.error);
    return run(tools, withProperties(tools.factory, element, { formKey: found.id }));
  };
  return jsxs('div', {
    class: 'bio-properties-panel-entry',
    'data-entry-id': id,
    children: [
      isMade
        ? jsx('a', { href: filled(page.urls.form, { id: key }), children: tools.t('Open the form') })
        : jsx('button', { type: 'button', class: 'panel-button', onClick: make, children: tools.t('Make a form') }),
      fault && jsx('p', { class: 'bio-properties-panel-error', role: 'alert', children: fault }),
    ],
  });
}

async function makeForm(element, name) {
  const id = freeId(element.id);
  const title = { type: 'text', id: 'heading', text: `# ${name}` };
  const form = { ...EMPTY, id, components: [title] };
  const answer = await post(filled(page.urls.other, { name: `${id}.form.json` }), {
    body: JSON.stringify(form, null, 2),
    headers: { 'X-Revision': '0', 'X-Tab': page.tab },
  });
  if (!answer.ok) return { error: answer.data?.error ?? page.words.notSaved };
  page.forms.push({ value: id, label: name });
  return { id };
}

function freeId(wanted) {
  const taken = new Set(page.forms.map((one) => one.value));
  let id = wanted;
  for (let number = 2; taken.has(id); number += 1) id = `${wanted}_${number}`;
  return id;
}
