/*
 * The editor shows one column of notes and keeps it as the description of each rule.  Files that
 * declare one such column keep their notes there: they are lent to the description meanwhile.
 */
export function notesInColumn(editor) {
  editor.on('import.parse.complete', ({ error, definitions }) => {
    if (!error) for (const table of tables(definitions)) lend(table);
  });
  editor.on('saveXML.start', ({ definitions }) => {
    for (const table of tables(definitions)) giveBack(table);
  });
  editor.on('saveXML.done', () => {
    for (const table of tables(editor.getDefinitions())) lend(table);
  });
}

function tables(definitions) {
  return (definitions.drgElement ?? [])
    .map((element) => element.decisionLogic)
    .filter((logic) => logic?.$type === 'dmn:DecisionTable' && logic.annotation?.length === 1);
}

function lend(table) {
  for (const rule of table.rule ?? []) {
    const [note] = rule.annotationEntry ?? [];
    if (rule.description || !note) continue;
    rule.description = note.text;
    delete rule.annotationEntry;
  }
}

function giveBack(table) {
  for (const rule of table.rule ?? []) {
    const text = rule.description;
    if (!text || rule.annotationEntry?.length) continue;
    const note = rule.$model.create('dmn:RuleAnnotation', { text });
    note.$parent = rule;
    rule.annotationEntry = [note];
    delete rule.description;
  }
}
