/* What the file holds, as a choice of views: the drawing, and one for each decision. */
export function listViews(editor, list, translate) {
  function show({ views, activeView }) {
    list.replaceChildren(
      ...views.map((view) => {
        const button = document.createElement('button');
        button.type = 'button';
        button.className = 'btn btn--small';
        button.setAttribute('aria-pressed', String(view.id === activeView?.id));
        button.textContent = view.type === 'drd' ? translate('View DRD') : view.name || view.id;
        if (view.type !== 'drd') button.lang = 'ja';
        button.addEventListener('click', () => editor.open(view));
        return button;
      }),
    );
  }
  editor.on('views.changed', show);
  editor.on('import.render.complete', ({ view, error }) => {
    if (!error && view.type === 'drd') editor.getActiveViewer().get('canvas').zoom('fit-viewport', 'auto');
  });
}
