/* Where it goes on: conditions, the way taken when none holds, and what interrupts a task. */
import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';
import { field, run } from './fields.js';
import { together, update } from './holding.js';

const DECIDING = ['bpmn:ExclusiveGateway', 'bpmn:InclusiveGateway'];

export function condition(element) {
  const flow = getBusinessObject(element);
  const source = flow.sourceRef;
  if (!source || !DECIDING.some((type) => is(source, type))) {
    return flow.conditionExpression ? [conditionField(element, flow)] : [];
  }
  const isDefault = source.default === flow;
  const tick = field('tick', element, 'default', {
    label: 'Taken when no other condition holds',
    get: () => isDefault,
    set: (tools, on) => together(tools.commandStack, [
      update(element, source, { default: on ? flow : undefined }),
      on && flow.conditionExpression && update(element, flow, { conditionExpression: undefined }),
    ]),
  });
  return isDefault && !flow.conditionExpression ? [tick] : [conditionField(element, flow), tick];
}

function conditionField(element, flow) {
  return field('formula', element, 'condition', {
    label: 'Condition',
    kind: 'condition',
    description: 'A formula that gives true or false.',
    get: () => flow.conditionExpression?.body ?? '',
    set: (tools, text) => {
      const conditionExpression = text ? expression(tools, text, flow) : undefined;
      run(tools, update(element, flow, { conditionExpression }));
    },
  });
}

export function expression({ factory }, body, holder) {
  const made = factory.create('bpmn:FormalExpression', { body });
  made.$parent = holder;
  return made;
}

export function interrupting(element) {
  const event = getBusinessObject(element);
  if (!is(element, 'bpmn:BoundaryEvent')) return [];
  return [field('tick', element, 'interrupting', {
    label: 'Ends the task it is attached to',
    get: () => event.cancelActivity !== false,
    set: (tools, on) => tools.modeling.updateProperties(element, { cancelActivity: Boolean(on) }),
  })];
}
