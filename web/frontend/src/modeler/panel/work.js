/* What is done without people: operations, decisions, scripts, other processes. */
import { getBusinessObject } from 'bpmn-js/lib/util/ModelUtil';
import { page } from '../../lib/http.js';
import { bodyField, field, run } from './fields.js';
import { extension, nested, update, withExtension } from './holding.js';

const OPERATOR = 'spiffworkflow:ServiceTaskOperator';

export function operation(element) {
  const operator = extension(getBusinessObject(element), OPERATOR);
  const chosen = page.operations.find((one) => one.name === operator?.id);
  const fields = [
    field('choice', element, 'operation', {
      label: 'Operation',
      options: () => page.operations.map(({ name, label }) => ({ value: name, label })),
      get: () => operator?.id ?? '',
      set: (tools, name) => run(tools, written(tools, element, name ? kept(operator, name) : null)),
    }),
  ];
  if (!operator) return fields;
  for (const parameter of shown(operator, chosen)) fields.push(parameterField(element, operator, parameter));
  fields.push(field('text', element, 'resultVariable', {
    label: 'Data item for the result',
    get: () => operator.resultVariable ?? '',
    set: (tools, name) => run(tools, update(element, operator, { resultVariable: name || undefined })),
  }));
  return fields;
}

/* What fits the other operation stays: its parameters of the same name, and the result. */
function kept(operator, name) {
  const wanted = page.operations.find((one) => one.name === name);
  const names = new Set(wanted?.parameters.map((one) => one.name));
  return {
    id: name,
    resultVariable: operator?.resultVariable,
    values: entries(operator).filter(([id]) => names.has(id)),
  };
}

function entries(operator) {
  return (operator?.parameterList?.parameters ?? []).map((one) => [one.id, one.value]);
}

/* Those of the operation in its order, then what else stands there. */
function shown(operator, chosen) {
  const known = chosen?.parameters ?? [];
  const others = entries(operator).map(([name]) => name)
    .filter((name) => !known.some((one) => one.name === name));
  return [...known, ...others.map((name) => ({ name, label: name, isUnknown: true }))];
}

function parameterField(element, operator, { name, label, help, required, choices, isUnknown }) {
  const options = {
    label: required ? `${label} ${page.words.required}` : label,
    description: isUnknown ? 'This operation has no such value; empty it to take it away.' : help,
    get: () => entries(operator).find(([id]) => id === name)?.[1] ?? '',
    set: (tools, value) => {
      const list = entries(operator);
      const at = list.findIndex(([id]) => id === name);
      if (at >= 0) list.splice(at, 1, ...(value ? [[name, value]] : []));
      else if (value) list.push([name, value]);
      const { id, resultVariable } = operator;
      run(tools, written(tools, element, { id, resultVariable, values: list }));
    },
  };
  const value = options.get();
  const isListed = choices && (!value || choices.some((one) => one.value === value));
  if (isListed) return field('choice', element, `parameter-${name}`, { ...options, options: () => choices });
  return field('formula', element, `parameter-${name}`, options);
}

function written({ factory }, element, wanted) {
  const holder = getBusinessObject(element);
  if (!wanted) return withExtension({ factory, element, holder, type: OPERATOR, made: null });
  const { values, ...attributes } = wanted;
  const made = factory.create(OPERATOR, attributes);
  const parameters = values.map(([id, value]) => (
    factory.create('spiffworkflow:Parameter', { id, type: 'any', value })));
  if (parameters.length) {
    const list = nested(factory.create('spiffworkflow:Parameters', { parameters }), made);
    for (const one of parameters) nested(one, list);
    made.parameterList = list;
  }
  return withExtension({ factory, element, holder, type: OPERATOR, made });
}

export function decision(element) {
  const chosen = bodyField('choice', element, 'spiffworkflow:CalledDecisionId', {
    label: 'Decision table',
    options: () => page.decisions.map(({ value, label }) => ({ value, label })),
  });
  const outputs = page.decisions.find((one) => one.value === chosen.get())?.outputs ?? [];
  return [{ ...chosen, description: outputs.length ? `${page.words.outputs}${outputs.join('、')}` : '' }];
}

export function script(element) {
  const holder = getBusinessObject(element);
  return [field('formula', element, 'script', {
    label: 'Calculation',
    kind: 'script',
    rows: 4,
    description: 'One line each: name = formula',
    get: () => holder.script ?? '',
    set: (tools, text) => run(tools, update(element, holder, {
      script: text || undefined,
      scriptFormat: holder.scriptFormat ?? 'feel',
    })),
  })];
}

export function called(element) {
  const holder = getBusinessObject(element);
  return [field('choice', element, 'called', {
    label: 'Process to start',
    options: () => page.processes,
    get: () => holder.calledElement ?? '',
    set: (tools, key) => run(tools, update(element, holder, { calledElement: key || undefined })),
  })];
}

export function aroundScripts(element) {
  return [
    bodyField('formula', element, 'spiffworkflow:PreScript', {
      label: 'Calculation before', kind: 'script', rows: 2, description: 'One line each: name = formula',
    }),
    bodyField('formula', element, 'spiffworkflow:PostScript', {
      label: 'Calculation after', kind: 'script', rows: 2, description: 'One line each: name = formula',
    }),
  ];
}
