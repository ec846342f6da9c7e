/* The groups of the panel: first what people decide, then the rest. */
import { Group } from '@bpmn-io/properties-panel';
import { is } from 'bpmn-js/lib/util/ModelUtil';
import { failures, isAutomatic, message, timer } from './events.js';
import { condition, interrupting } from './flow.js';
import { isForPeople, untilWhen, whichForm, whoDoesIt } from './people.js';
import { interfaces, isProcess, process } from './process.js';
import { repeat } from './repeat.js';
import { documentation, remaining, trace } from './rest.js';
import { aroundScripts, called, decision, operation, script } from './work.js';

const REPLACED = ['adHocCompletion', 'documentation', 'multiInstance', 'timer'];
const LATER = ['compensation', 'error', 'link', 'message', 'signal', 'escalation'];

function isPlainStart(element) {
  return is(element, 'bpmn:StartEvent') && !(element.businessObject.eventDefinitions ?? []).length;
}

const isKind = (type) => (element) => is(element, type);
const always = () => true;

const GROUPS = [
  ['process', 'Cases of this process', isProcess, process],
  ['who', 'Who does it', isForPeople, whoDoesIt],
  ['when', 'Due date and priority', isForPeople, untilWhen],
  ['form', 'Form', (element) => isForPeople(element) || isPlainStart(element), whichForm],
  ['operation', 'What is done', isKind('bpmn:ServiceTask'), operation],
  ['decision', 'Decision table', isKind('bpmn:BusinessRuleTask'), decision],
  ['script', 'Calculation', isKind('bpmn:ScriptTask'), script],
  ['called', 'Process to start', isKind('bpmn:CallActivity'), called],
  ['condition', 'Condition', isKind('bpmn:SequenceFlow'), condition],
  ['interrupting', 'When it happens', isKind('bpmn:BoundaryEvent'), interrupting],
  ['own-timer', 'Timer', isKind('bpmn:Event'), timer],
];
const LATER_GROUPS = [
  ['told', 'Documentation', always, documentation],
  ['travelling', 'Finding the case, and the data', always, message],
  ['repeat', 'Repeated', isKind('bpmn:Activity'), repeat],
  ['around', 'Calculations before and after',
    (element) => is(element, 'bpmn:Activity') && !is(element, 'bpmn:ScriptTask'), aroundScripts],
  ['failures', 'When it fails', isAutomatic, failures],
  ['interfaces', 'Data from and to other processes', isProcess, interfaces],
  ['trace', 'Checklist and registers', (element) => is(element, 'bpmn:FlowNode') || isProcess(element), trace],
  ['remaining', 'Other properties', always, remaining],
];

class Provider {
  static $inject = ['propertiesPanel', 'translate'];

  constructor(propertiesPanel, translate) {
    this.translate = translate;
    propertiesPanel.registerProvider(500, this);
  }

  getGroups(element) {
    return (groups) => [
      ...groups.filter((one) => ![...REPLACED, ...LATER].includes(one.id))
        .map((one) => ({ ...one, shouldOpen: true })),
      ...this.made(GROUPS, element, true),
      ...groups.filter((one) => LATER.includes(one.id)),
      ...this.made(LATER_GROUPS, element, false),
    ].map((one) => ({ ...one, translate: this.translate }));
  }

  made(list, element, shouldOpen) {
    return list
      .filter(([, , applies]) => applies(element))
      .map(([id, label, , entries]) => ({
        id, label: this.translate(label), component: Group, entries: entries(element), shouldOpen,
      }))
      .filter((group) => group.entries.length);
  }
}

export default { __init__: ['ownProvider'], ownProvider: ['type', Provider] };
