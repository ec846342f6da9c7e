/* Where in the file does an id stand?  Said in the words of the screen, and shown on demand. */
export function placeOf(editor, id, translate) {
  const found = find(editor, id);
  if (!found) return '';
  const { decision, rule, column } = found;
  const parts = [decision.name || decision.id];
  if (rule >= 0) parts.push(translate('Rule {number}', { number: rule + 1 }));
  if (column) parts.push(column);
  return parts.join(translate(' / '));
}

export async function show(editor, id) {
  const found = find(editor, id);
  if (!found) return;
  const view = editor.getViews().find((one) => one.element === found.decision);
  if (!view) return;
  await editor.open(view);
  const cell = document.querySelector(`[data-element-id="${CSS.escape(found.cell ?? id)}"]`);
  cell?.scrollIntoView({ block: 'center', inline: 'center' });
  cell?.querySelector('[contenteditable="true"]')?.focus();
}

function find(editor, id) {
  for (const decision of editor.getDefinitions()?.drgElement ?? []) {
    if (decision.id === id) return { decision, rule: -1 };
    const logic = decision.decisionLogic ?? decision.encapsulatedLogic;
    if (!logic) continue;
    if (logic.id === id) return { decision, rule: -1 };
    const column = columns(logic).find((one) => one.ids.includes(id));
    if (column) return { decision, rule: -1, column: column.label };
    const found = inRules(logic, id);
    if (found) return { decision, ...found };
  }
  return null;
}

function columns(logic) {
  const inputs = (logic.input ?? []).map((one) => ({
    label: one.label || one.inputExpression?.text || '',
    ids: [one.id, one.inputExpression?.id, one.inputValues?.id],
  }));
  const outputs = (logic.output ?? []).map((one) => ({
    label: one.label || one.name || '',
    ids: [one.id, one.outputValues?.id, one.defaultOutputEntry?.id],
  }));
  return [...inputs, ...outputs];
}

function inRules(logic, id) {
  const labels = columns(logic).map((one) => one.label);
  for (const [rule, row] of (logic.rule ?? []).entries()) {
    const cells = [...(row.inputEntry ?? []), ...(row.outputEntry ?? [])];
    const index = cells.findIndex((cell) => cell.id === id);
    if (row.id === id) return { rule, cell: cells[0]?.id };
    if (index >= 0) return { rule, column: labels[index], cell: id };
  }
  return null;
}
