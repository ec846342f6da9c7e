/* The process as a whole: its number, who may start it, how its cases are called, what goes in and out. */
import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';
import { page } from '../../lib/http.js';
import { field, propertyField, run } from './fields.js';
import { heldBy, nested, together, update } from './holding.js';
import { words } from './several.js';

export const PROCESS_PROPERTIES = ['prefix', 'trace', 'starters', 'subject'];
const NOBODY = 'none';

export function isProcess(element) {
  return is(heldBy(element), 'bpmn:Process');
}

export function process(element) {
  const starters = propertyField('many', element, 'starters', {
    label: 'Who may start it',
    description: 'Without a role nobody starts it by hand.',
    add: 'Add a role',
    options: () => page.roles,
  });
  return [
    ...nameField(element),
    propertyField('text', element, 'prefix', {
      label: 'Head of the case numbers', description: 'Up to 8 letters or characters.',
    }),
    {
      ...starters,
      get: () => starters.get().replace(NOBODY, ''),
      set: (tools, list) => starters.set(tools, list || NOBODY),
    },
    propertyField('formula', element, 'subject', {
      label: 'Subject of a case', description: 'A formula that gives a text.',
    }),
  ];
}

/* Of the sheet: the name of the process and of its pool are one. */
function nameField(element) {
  const sheet = getBusinessObject(element);
  if (!is(sheet, 'bpmn:Collaboration')) return [];
  const holder = heldBy(element);
  const pool = sheet.participants.find((one) => one.processRef === holder);
  return [field('text', element, 'process-name', {
    label: 'Process name',
    get: () => holder.name ?? '',
    set: (tools, name) => together(tools.commandStack, [
      update(element, holder, { name }),
      update(element, pool, { name }),
    ]),
  })];
}

export function interfaces(element) {
  return [
    names(element, 'inputs', 'Data items it takes over'),
    names(element, 'outputs', 'Data items it gives back'),
  ];
}

const SIDES = {
  inputs: { list: 'dataInputs', sets: 'inputSets', type: 'bpmn:DataInput', set: 'bpmn:InputSet', refs: 'dataInputRefs', id: 'input' },
  outputs: { list: 'dataOutputs', sets: 'outputSets', type: 'bpmn:DataOutput', set: 'bpmn:OutputSet', refs: 'dataOutputRefs', id: 'output' },
};

function names(element, side, label) {
  const holder = heldBy(element);
  const now = () => (holder.ioSpecification?.[SIDES[side].list] ?? []).map((one) => one.name);
  return field('text', element, side, {
    label,
    description: 'Names with commas between them.',
    get: () => now().join(', '),
    set: (tools, text) => {
      if (words(text).join() === now().join()) return;
      const ioSpecification = specification(tools.factory, holder, side, words(text));
      run(tools, update(element, holder, { ioSpecification }));
    },
  });
}

/* A new one: that side with the new names, the other one as it was. */
function specification(factory, holder, side, list) {
  const made = nested(factory.create('bpmn:InputOutputSpecification'), holder);
  const old = holder.ioSpecification;
  for (const [name, { list: entries, sets, type, set, refs, id }] of Object.entries(SIDES)) {
    const known = old?.[entries] ?? [];
    const items = name !== side ? known : list.map((text, index) => (
      known.find((one) => one.name === text)
        ?? factory.create(type, { id: fresh(holder, known, id, index), name: text })));
    const group = factory.create(set, { [refs]: items });
    made[entries] = items;
    made[sets] = [nested(group, made)];
    for (const one of items) nested(one, made);
  }
  return made.dataInputs.length || made.dataOutputs.length ? made : undefined;
}

function fresh(holder, known, stem, index) {
  const taken = new Set(known.map((one) => one.id));
  let number = index + 1;
  while (taken.has(`${stem}_${number}`)) number += known.length + 1;
  return `${stem}_${number}`;
}
