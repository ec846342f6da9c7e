/* How often a task is done: once for each entry of a list, so many times, one after the other. */
import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';
import { nameOnly } from '../references.js';
import { field, run } from './fields.js';
import { expression } from './flow.js';
import { heldBy, nested, update } from './holding.js';

export function repeat(element) {
  const marker = getBusinessObject(element).loopCharacteristics;
  if (!marker) return [];
  if (is(marker, 'bpmn:StandardLoopCharacteristics')) return loop(element, marker);
  return [
    reference(element, marker, 'loopDataInputRef', {
      label: 'List', description: 'The data item that holds the list: done once for each entry.',
    }),
    item(element, marker, 'inputDataItem', { label: 'Name of one entry' }),
    formula(element, marker, 'loopCardinality', {
      label: 'Number of times', description: 'Instead of a list.',
    }),
    field('tick', element, 'sequential', {
      label: 'One after the other',
      get: () => marker.isSequential === true,
      set: (tools, on) => run(tools, update(element, marker, { isSequential: Boolean(on) })),
    }),
    item(element, marker, 'outputDataItem', { label: 'Name of one answer' }),
    reference(element, marker, 'loopDataOutputRef', { label: 'List of the answers' }),
    formula(element, marker, 'completionCondition', {
      label: 'Ends early when', kind: 'condition', description: 'A formula that gives true or false.',
    }),
  ];
}

function loop(element, marker) {
  return [
    field('text', element, 'loopMaximum', {
      label: 'At most so many times',
      get: () => (marker.loopMaximum === undefined ? '' : String(marker.loopMaximum)),
      set: (tools, text) => run(tools, update(element, marker, {
        loopMaximum: /^\d+$/.test(text) ? Number(text) : undefined,
      })),
    }),
    formula(element, marker, 'loopCondition', { label: 'Again as long as', kind: 'condition' }),
    field('tick', element, 'testBefore', {
      label: 'Look before the first time',
      get: () => marker.testBefore === true,
      set: (tools, on) => run(tools, update(element, marker, { testBefore: Boolean(on) })),
    }),
  ];
}

function formula(element, marker, name, options) {
  return field('formula', element, name, {
    ...options,
    get: () => marker[name]?.body ?? '',
    set: (tools, text) => run(tools, update(element, marker, {
      [name]: text ? expression(tools, text, marker) : undefined,
    })),
  });
}

/* A list is named by its id; a data item of the process that bears the id is meant. */
function reference(element, marker, name, options) {
  return field('text', element, name, {
    ...options,
    get: () => marker[name]?.id ?? '',
    set: (tools, id) => run(tools, update(element, marker, {
      [name]: id ? declared(element, id) ?? nameOnly(tools.factory, id) : undefined,
    })),
  });
}

function declared(element, id) {
  let holder = heldBy(element);
  while (holder) {
    const found = (holder.properties ?? []).find((one) => one.id === id);
    if (found) return found;
    holder = holder.$parent;
  }
  return undefined;
}

function item(element, marker, name, options) {
  const type = { inputDataItem: 'bpmn:DataInput', outputDataItem: 'bpmn:DataOutput' }[name];
  return field('text', element, name, {
    ...options,
    get: () => marker[name]?.id ?? '',
    set: (tools, id) => run(tools, id && marker[name]
      ? update(element, marker[name], { id })
      : update(element, marker, { [name]: id ? nested(tools.factory.create(type, { id }), marker) : undefined })),
  });
}
