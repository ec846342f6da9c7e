/* Reading and writing single values of a component. */

export function read(field, path) {
  return path.reduce((found, name) => found?.[name], field);
}

/* Sets the value at `path`; empty ones vanish, and so do the boxes that they leave empty. */
export function write(panel, field, path, value) {
  const [top, ...rest] = path;
  panel.write(field, { [top]: replaced(field[top], rest, isEmpty(value) ? undefined : value) });
}

function replaced(old, [name, ...rest], value) {
  if (name === undefined) return value;
  const made = { ...old, [name]: replaced(old?.[name], rest, value) };
  if (made[name] === undefined) delete made[name];
  return Object.keys(made).length ? made : undefined;
}

function isEmpty(value) {
  return value === '' || value === false || value === null || (Array.isArray(value) && !value.length);
}

/* The keys beside a field, those inside groups included; without a field all of the first level. */
export function keysOf(editor, field = null) {
  const registry = editor.get('formFieldRegistry');
  let parent = field ? registry.get(field._parent) : editor._getState().schema;
  while (parent?.type === 'group') parent = registry.get(parent._parent);
  return named(parent?.components ?? []);
}

function named(components) {
  return components.flatMap((one) => {
    if (one.type === 'group') return named(one.components ?? []);
    const name = one.type === 'dynamiclist' ? one.path : one.key;
    return name ? [{ id: one.id, name, label: one.label }] : [];
  });
}
