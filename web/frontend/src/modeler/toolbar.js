/* The buttons above the sheet: undo, redo, size, and the small map. */
import { sizes } from '../lib/sheet.js';

export function listenToButtons(diagram) {
  const stack = diagram.get('commandStack', false);
  const acts = {
    undo: () => stack?.undo(),
    redo: () => stack?.redo(),
    ...sizes(diagram.get('canvas')),
  };
  for (const button of document.querySelectorAll('[data-tool]')) {
    const act = acts[button.dataset.tool];
    if (!act) continue;
    button.onclick = act;
    button.disabled = !stack && ['undo', 'redo'].includes(button.dataset.tool);
  }
  if (!stack) return;
  const refresh = () => {
    document.querySelector('[data-tool="undo"]').disabled = !stack.canUndo();
    document.querySelector('[data-tool="redo"]').disabled = !stack.canRedo();
  };
  diagram.on('commandStack.changed', refresh);
  refresh();
}
