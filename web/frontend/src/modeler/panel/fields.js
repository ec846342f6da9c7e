/* The kinds of fields in the panel; `get(tools)` and `set(tools, value)` are told by the entry. */
import {
  CheckboxEntry,
  SelectEntry,
  TextAreaEntry,
  TextFieldEntry,
  isCheckboxEntryEdited,
  isSelectEntryEdited,
  isTextAreaEntryEdited,
  isTextFieldEntryEdited,
} from '@bpmn-io/properties-panel';
import { useEffect } from '@bpmn-io/properties-panel/preact/hooks';
import { jsx } from '@bpmn-io/properties-panel/preact/jsx-runtime';
import { useService } from 'bpmn-js-properties-panel';
import Several, { isSeveralEdited } from './several.js';
import { body, heldBy, property, withExtension, withProperties } from './holding.js';

export function useTools() {
  return {
    commandStack: useService('commandStack'),
    debounce: useService('debounceInput'),
    expressions: useService('expressions'),
    factory: useService('bpmnFactory'),
    modeling: useService('modeling'),
    t: useService('translate'),
  };
}

export function run(tools, command) {
  tools.commandStack.execute(command.cmd, command.context);
}

function common({ element, id, label, description, get, set }, tools) {
  return {
    element,
    id,
    label: tools.t(label),
    description: description && tools.t(description),
    getValue: () => get(tools),
    setValue: (value) => {
      if ((value ?? '') !== (get(tools) ?? '')) set(tools, value ?? '');
    },
    debounce: tools.debounce,
    translate: tools.t,
  };
}

function Text(props) {
  return jsx(TextFieldEntry, common(props, useTools()));
}

function Lines(props) {
  return jsx(TextAreaEntry, { ...common(props, useTools()), rows: 2 });
}

/* An expression; what is wrong with it stands below while one types. */
function Formula(props) {
  const tools = useTools();
  const { expressions } = tools;
  const value = props.get(tools);
  useEffect(() => {
    expressions.check(props.id, value, props.kind ?? 'expression');
  }, [value]);
  useEffect(() => () => expressions.forget(props.id), []);
  return jsx(TextAreaEntry, { ...common(props, tools), monospace: true, rows: props.rows ?? 1 });
}

function Choice(props) {
  const tools = useTools();
  const value = props.get(tools);
  const options = props.options(tools);
  const isUnknown = value && !options.some((one) => one.value === value);
  return jsx(SelectEntry, {
    ...common(props, tools),
    getOptions: () => [
      ...(props.isRequired ? [] : [{ value: '', label: tools.t('Not chosen') }]),
      ...options,
      ...(isUnknown ? [{ value, label: tools.t('{value} (not found)', { value }) }] : []),
    ],
  });
}

function Tick(props) {
  return jsx(CheckboxEntry, common(props, useTools()));
}

function Many(props) {
  return jsx(Several, { ...props, tools: useTools() });
}

const KINDS = {
  text: [Text, isTextFieldEntryEdited],
  lines: [Lines, isTextAreaEntryEdited],
  formula: [Formula, isTextAreaEntryEdited],
  choice: [Choice, isSelectEntryEdited],
  tick: [Tick, isCheckboxEntryEdited],
  many: [Many, isSeveralEdited],
};

/* An entry of the panel; `name` tells the fields of one element apart. */
export function field(as, element, name, options) {
  const [component, isEdited] = KINDS[as];
  return { id: `${element.id}-${name}`, element, component, isEdited, ...options };
}

/* A field over one named property. */
export function propertyField(as, element, name, options) {
  return field(as, element, name, {
    get: () => property(element, name),
    set: (tools, value) => run(tools, withProperties(tools.factory, element, { [name]: value })),
    ...options,
  });
}

/* A field over the text of an extension (`spiffworkflow:PreScript` ...). */
export function bodyField(as, element, type, options, holder = heldBy(element)) {
  return field(as, element, type.split(':')[1], {
    get: () => body(holder, type),
    set: (tools, text) => {
      const made = text ? tools.factory.create(type, { text }) : null;
      run(tools, withExtension({ factory: tools.factory, element, holder, type, made }));
    },
    ...options,
  });
}
