/* Rows of the checklist, registers, and what no other group of the panel shows. */
import { is } from 'bpmn-js/lib/util/ModelUtil';
import { jsx, jsxs } from '@bpmn-io/properties-panel/preact/jsx-runtime';
import { page } from '../../lib/http.js';
import { isAutomatic } from './events.js';
import { field, propertyField, run, useTools } from './fields.js';
import { heldBy, nested, properties, update } from './holding.js';
import { TASK_PROPERTIES, isForPeople } from './people.js';
import { PROCESS_PROPERTIES, isProcess } from './process.js';

const SHOWN = new Set([
  'Properties', 'ServiceTaskOperator', 'PreScript', 'PostScript', 'CalledDecisionId',
  'MessagePayload', 'MessageVariable', 'VariableName',
].map((name) => `spiffworkflow:${name}`));

/* What people read about the element; the first of several texts. */
export function documentation(element) {
  const holder = heldBy(element);
  return [field('lines', element, 'documentation', {
    label: 'Element documentation',
    get: () => holder.documentation?.[0]?.text ?? '',
    set: (tools, text) => {
      const rest = (holder.documentation ?? []).slice(1);
      const made = text && nested(tools.factory.create('bpmn:Documentation', { text }), holder);
      run(tools, update(element, holder, { documentation: made ? [made, ...rest] : rest }));
    },
  })];
}

export function trace(element) {
  const fields = [propertyField('text', element, 'trace', {
    label: 'Rows of the checklist', description: 'Numbers such as 1-07, with commas between them.',
  })];
  if (!isForPeople(element)) return fields;
  return [
    ...fields,
    register(element, 'readRegisters', 'Registers that are read'),
    register(element, 'writeRegisters', 'Registers that are written'),
  ];
}

function register(element, name, label) {
  return propertyField('many', element, name, {
    label, add: 'Add a register', options: () => page.registers,
  });
}

/* Named properties of which the groups above know nothing, and foreign extensions. */
export function remaining(element) {
  const known = new Set(namesFor(element));
  const fields = properties(element)
    .filter((one) => !known.has(one.name))
    .map((one) => propertyField('text', element, one.name, {
      label: one.name, description: 'Empty it to take it away.',
    }));
  const others = (heldBy(element)?.extensionElements?.values ?? [])
    .filter((one) => !SHOWN.has(one.$type))
    .map((one, index) => ({ id: `${element.id}-other-${index}`, element, component: Foreign, name: one.$type }));
  return [...fields, ...others];
}

function namesFor(element) {
  if (isProcess(element)) return PROCESS_PROPERTIES;
  if (isForPeople(element)) return TASK_PROPERTIES;
  const names = ['trace'];
  if (is(element, 'bpmn:StartEvent')) names.push('formKey', 'onePerKey');
  if (is(element, 'bpmn:Event') || is(element, 'bpmn:SendTask') || is(element, 'bpmn:ReceiveTask')) {
    names.push('correlationKey');
  }
  if (isAutomatic(element)) names.push('errorCode');
  if (is(element, 'bpmn:ServiceTask')) names.push('errorExpression');
  return names;
}

function Foreign({ name, id }) {
  const { t } = useTools();
  return jsxs('div', {
    class: 'bio-properties-panel-entry',
    'data-entry-id': id,
    children: [
      jsx('span', { class: 'bio-properties-panel-label', children: name }),
      jsx('span', { children: t('Another program wrote this; it is kept and not used.') }),
    ],
  });
}
