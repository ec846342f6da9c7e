/* When a timer fires, and what travels with a message. */
import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';
import { bodyField, field, propertyField, run } from './fields.js';
import { expression } from './flow.js';
import { update } from './holding.js';

const TIMES = ['timeDate', 'timeDuration', 'timeCycle'];
const TASKS = ['bpmn:SendTask', 'bpmn:ReceiveTask'];

export function definition(element, type) {
  return (getBusinessObject(element).eventDefinitions ?? []).find((one) => is(one, type));
}

export function timer(element) {
  const holder = definition(element, 'bpmn:TimerEventDefinition');
  if (!holder) return [];
  const kind = TIMES.find((name) => holder[name]) ?? '';
  const write = (tools, name, text) => run(tools, update(element, holder, Object.fromEntries(
    TIMES.map((one) => [one, one === name ? expression(tools, text, holder) : undefined]))));
  const fields = [field('choice', element, 'timer', {
    label: 'What the timer waits for',
    options: ({ t }) => [
      { value: 'timeDate', label: t('A date or a moment') },
      { value: 'timeDuration', label: t('A length of time') },
      { value: 'timeCycle', label: t('Again and again') },
    ],
    get: () => kind,
    set: (tools, name) => write(tools, name, name ? holder[kind]?.body ?? '' : ''),
  })];
  if (!kind) return fields;
  return [...fields, field('formula', element, 'timer-value', {
    label: 'Moment, length or rhythm',
    description: {
      timeDate: 'For example: date and time(due, time("09:00:00@Asia/Tokyo"))',
      timeDuration: 'For example: duration("P3D") for three days',
      timeCycle: 'For example: "R3/P1D" for three times, a day apart',
    }[kind],
    get: () => holder[kind].body ?? '',
    set: (tools, text) => write(tools, kind, text),
  })];
}

const AUTOMATIC = ['bpmn:ScriptTask', 'bpmn:ServiceTask', 'bpmn:BusinessRuleTask'];

export const isAutomatic = (element) => AUTOMATIC.some((type) => is(element, type));

/* Which error a failure is, and which results are errors. */
export function failures(element) {
  const codes = propertyField('text', element, 'errorCode', {
    label: 'Code of the error when it fails',
    description: 'For example: E1, or operation_failed=E1, *=E9. Without it somebody tries again.',
  });
  if (!is(element, 'bpmn:ServiceTask')) return [codes];
  return [codes, propertyField('formula', element, 'errorExpression', {
    label: 'Code of the error in the result',
    description: 'A formula that gives a text, or null when all is well.',
  })];
}

/* A message that starts a case is sent with a key; here only what follows from it is said. */
function starting(element, holder) {
  if (!holder) return [];
  return [
    propertyField('choice', element, 'onePerKey', {
      label: 'Cases for each key',
      description: 'Another message with the key waits until the case has ended.',
      options: ({ t }) => [{ value: 'true', label: t('One at a time') }],
    }),
    bodyField('text', element, 'spiffworkflow:MessageVariable', {
      label: 'Data item for what was received',
    }, holder),
  ];
}

/* The key that finds the instance, and the data that goes with the message. */
export function message(element) {
  const isTask = TASKS.some((type) => is(element, type));
  const holder = isTask ? getBusinessObject(element) : definition(element, 'bpmn:MessageEventDefinition');
  const signal = definition(element, 'bpmn:SignalEventDefinition');
  if (!holder && !signal) return [];
  if (is(element, 'bpmn:StartEvent') && is(element.parent, 'bpmn:Process')) return starting(element, holder);
  const key = propertyField('formula', element, 'correlationKey', {
    label: 'Key that finds the case',
    description: 'A formula; the sender and the receiver have the same value.',
  });
  if (!holder) return [key];
  return [key, throwing(element)
    ? bodyField('formula', element, 'spiffworkflow:MessagePayload', {
      label: 'Data to send', description: 'For example: {name: value}', rows: 2,
    }, holder)
    : bodyField('text', element, 'spiffworkflow:MessageVariable', {
      label: 'Data item for what was received',
    }, holder)];
}

function throwing(element) {
  return ['bpmn:SendTask', 'bpmn:EndEvent', 'bpmn:IntermediateThrowEvent'].some((type) => is(element, type));
}
