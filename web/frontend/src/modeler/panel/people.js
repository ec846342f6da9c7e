/* Who does a task, until when, with which form. */
import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';
import { page } from '../../lib/http.js';
import { newForm } from './form_link.js';
import { bodyField, field, propertyField, run } from './fields.js';
import { property, withProperties } from './holding.js';

export const TASK_PROPERTIES = [
  'formKey', 'candidateGroups', 'candidateUsers', 'assignee', 'excludedUsers', 'dueWorkingDays',
  'dueDate', 'followUpDate', 'priority', 'trace', 'readRegisters', 'writeRegisters',
];
const PRIORITIES = ['1', '2', '3', '4', '5'];

export function isForPeople(element) {
  return is(element, 'bpmn:UserTask') || is(element, 'bpmn:ManualTask')
    || getBusinessObject(element).$type === 'bpmn:Task';
}

export function whoDoesIt(element) {
  const groups = property(element, 'candidateGroups');
  const isFormula = groups.startsWith('=');
  const change = (tools, value) => run(tools, withProperties(tools.factory, element, { candidateGroups: value }));
  return [
    isFormula
      ? propertyField('formula', element, 'candidateGroups', { label: 'Candidates as a formula' })
      : propertyField('many', element, 'candidateGroups', {
        label: 'Candidates',
        description: 'Without candidates the role of the lane does it.',
        add: 'Add a role',
        options: () => page.roles,
      }),
    field('tick', element, 'candidates-by-formula', {
      label: 'Decide the candidates by a formula',
      get: () => isFormula,
      set: (tools, on) => change(tools, on ? `=[${quoted(groups)}]` : ''),
    }),
    propertyField('formula', element, 'assignee', {
      label: 'Person in charge',
      description: 'A formula that gives the id of one person.',
    }),
    propertyField('formula', element, 'candidateUsers', {
      label: 'Candidates by name',
      description: 'A formula that gives a list of ids of persons.',
    }),
    propertyField('formula', element, 'excludedUsers', {
      label: 'Persons left out',
      description: 'A formula that gives a list of ids of persons.',
    }),
  ];
}

function quoted(groups) {
  return groups.split(/[,、]/).filter(Boolean).map((one) => JSON.stringify(one.trim())).join(', ');
}

export function untilWhen(element) {
  return [
    propertyField('choice', element, 'due', {
      label: 'How the due date is set',
      options: ({ t }) => [
        { value: 'days', label: t('In working days from the start') },
        { value: 'date', label: t('By a formula') },
      ],
      get: () => dueKind(element),
      set: (tools, kind) => run(tools, withProperties(tools.factory, element, {
        dueWorkingDays: kind === 'days' ? '5' : '',
        dueDate: kind === 'date' ? 'today()' : '',
      })),
    }),
    ...dueField(element),
    propertyField('formula', element, 'followUpDate', {
      label: 'Look again on',
      description: 'A formula that gives a date.',
    }),
    propertyField('choice', element, 'priority', {
      label: 'Priority',
      options: ({ t }) => PRIORITIES.map((value) => ({ value, label: t(`Priority ${value}`) })),
    }),
  ];
}

function dueKind(element) {
  if (property(element, 'dueWorkingDays')) return 'days';
  return property(element, 'dueDate') ? 'date' : '';
}

function dueField(element) {
  const fields = [];
  if (property(element, 'dueWorkingDays')) {
    fields.push(propertyField('text', element, 'dueWorkingDays', {
      label: 'Working days',
      description: 'A whole number; the day of the start does not count.',
    }));
  }
  if (property(element, 'dueDate')) {
    fields.push(propertyField('formula', element, 'dueDate', {
      label: 'Due date',
      description: 'A formula that gives a date.',
    }));
  }
  return fields;
}

export function whichForm(element) {
  const fields = [
    propertyField('choice', element, 'formKey', { label: 'Form', options: () => page.forms }),
    newForm(element),
  ];
  if (!isForPeople(element)) return fields;
  return [...fields, bodyField('text', element, 'spiffworkflow:VariableName', {
    label: 'Data item for the whole answer',
    description: 'Without it each field of the form is a data item of its own.',
  })];
}
