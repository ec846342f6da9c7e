/* Names that stand where BPMN wants a reference (the list of a repeated task) are kept on saving. */
export function keepReferences(modeler) {
  modeler.on('import.parse.complete', ({ references = [], elementsById = {} }) => {
    const moddle = modeler.get('moddle');
    for (const { element, property, id } of references) {
      if (elementsById[id]) continue;
      const name = property.split(':').pop();
      const known = element.get(name);
      const standIn = nameOnly(moddle, id);
      if (Array.isArray(known)) {
        if (!known.some((one) => one.id === id)) known.push(standIn);
      } else if (!known) {
        element.set(name, standIn);
      }
    }
  });
}

/* Something to refer to that is nowhere in the file: only its id is written. */
export function nameOnly(moddle, id) {
  return moddle.create('bpmn:ItemAwareElement', { id });
}
