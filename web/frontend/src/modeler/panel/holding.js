/* What an element holds in its extensions, and how it is changed: each change is one step of undo. */
import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';

const PROPERTIES = 'spiffworkflow:Properties';

/* The process a pool, or the sheet with a single pool, stands for; else what the element is. */
export function heldBy(element) {
  const object = getBusinessObject(element);
  if (is(object, 'bpmn:Participant')) return object.processRef ?? object;
  if (!is(object, 'bpmn:Collaboration')) return object;
  const processes = (object.participants ?? []).map((one) => one.processRef).filter(Boolean);
  return processes.length === 1 ? processes[0] : object;
}

export function extension(holder, type) {
  return (holder?.extensionElements?.values ?? []).find((one) => one.$type === type);
}

export function property(element, name) {
  const list = extension(heldBy(element), PROPERTIES)?.properties ?? [];
  return list.find((one) => one.name === name)?.value ?? '';
}

export function properties(element) {
  return extension(heldBy(element), PROPERTIES)?.properties ?? [];
}

/* The text inside an extension such as a script before the task. */
export function body(holder, type) {
  return extension(holder, type)?.text ?? '';
}

/* Makes `parent` hold `child`, as the writer of XML expects it. */
export function nested(child, parent) {
  child.$parent = parent;
  return child;
}

/* The command that puts `made` in the place of the extension of its type; null takes it away. */
export function withExtension({ factory, element, holder, type, made }) {
  const block = holder.extensionElements;
  const old = block?.values ?? [];
  const at = old.findIndex((one) => one.$type === type);
  const values = [...old];
  if (at >= 0) values.splice(at, 1, ...(made ? [made] : []));
  else if (made) values.push(made);
  if (block && values.length) {
    if (made) nested(made, block);
    return update(element, block, { values });
  }
  const fresh = values.length ? factory.create('bpmn:ExtensionElements', { values }) : undefined;
  if (fresh) {
    nested(fresh, holder);
    for (const one of values) nested(one, fresh);
  }
  return update(element, holder, { extensionElements: fresh });
}

/* The command that gives named properties other values; an empty value takes one away. */
export function withProperties(factory, element, changes) {
  const holder = heldBy(element);
  const old = extension(holder, PROPERTIES)?.properties ?? [];
  const rest = { ...changes };
  const list = [];
  for (const one of old) {
    const value = one.name in rest ? rest[one.name] : one.value;
    delete rest[one.name];
    if (value) list.push([one.name, value]);
  }
  for (const [name, value] of Object.entries(rest)) if (value) list.push([name, value]);
  return withExtension({ factory, element, holder, type: PROPERTIES, made: block(factory, list) });
}

function block(factory, list) {
  if (!list.length) return null;
  const entries = list.map(([name, value]) => factory.create('spiffworkflow:Property', { name, value }));
  const made = factory.create(PROPERTIES, { properties: entries });
  for (const one of entries) nested(one, made);
  return made;
}

export function update(element, moddleElement, changed) {
  return {
    cmd: 'element.updateModdleProperties',
    context: { element, moddleElement, properties: changed },
  };
}

/* Several commands as one step of undo. */
export function together(commandStack, commands) {
  const list = commands.filter(Boolean);
  if (list.length) commandStack.execute('properties-panel.multi-command-executor', list);
}
