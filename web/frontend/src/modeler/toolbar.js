/* The buttons above the sheet: undo, redo, size, and the small map. */
const STEP = 1.25;

export function listenToButtons(diagram) {
  const canvas = diagram.get('canvas');
  const stack = diagram.get('commandStack', false);
  const acts = {
    undo: () => stack?.undo(),
    redo: () => stack?.redo(),
    in: () => canvas.zoom(canvas.zoom() * STEP),
    out: () => canvas.zoom(canvas.zoom() / STEP),
    fit: () => canvas.zoom('fit-viewport', 'auto'),
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
