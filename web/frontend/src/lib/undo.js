/* 元に戻す and やり直す above an editor; `stackOf()`: the commands of what is shown, or null. */
export function undoButtons(stackOf) {
  const acts = { undo: (stack) => stack.undo(), redo: (stack) => stack.redo() };
  const buttons = Object.fromEntries(
    Object.keys(acts).map((name) => [name, document.querySelector(`[data-tool="${name}"]`)]),
  );
  for (const [name, button] of Object.entries(buttons)) {
    button?.addEventListener('click', () => {
      const stack = stackOf();
      if (stack) acts[name](stack);
    });
  }
  function refresh() {
    const stack = stackOf();
    if (buttons.undo) buttons.undo.disabled = !stack?.canUndo();
    if (buttons.redo) buttons.redo.disabled = !stack?.canRedo();
  }
  return { refresh };
}
