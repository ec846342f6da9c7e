/* Rows that are ticked: a box for all of them, their number, and their colour. */
const SELECTED = 'is-selected';

export function countSelectedRows(root) {
  function boxes(form) {
    return [...form.querySelectorAll('input[type="checkbox"][name]')];
  }

  function show(form) {
    const all = boxes(form);
    const chosen = all.filter((one) => one.checked);
    for (const one of all) one.closest('tr')?.classList.toggle(SELECTED, one.checked);
    const said = form.querySelector('[data-bulk-count]');
    if (chosen.length) said.textContent = said.dataset.words.replace('{n}', chosen.length);
    const head = form.querySelector('[data-bulk-all]');
    head.hidden = false;
    const box = head.querySelector('input');
    box.checked = all.length > 0 && chosen.length === all.length;
    box.indeterminate = chosen.length > 0 && !box.checked;
  }

  function showAll() {
    root.querySelectorAll('form[data-bulk]').forEach(show);
  }

  root.addEventListener('change', (event) => {
    const form = event.target.closest('form[data-bulk]');
    if (!form || event.target.type !== 'checkbox') return;
    if (event.target.closest('[data-bulk-all]')) {
      for (const one of boxes(form)) one.checked = event.target.checked;
    }
    show(form);
  });
  // A filter swaps the list; the browser may bring ticks back with an old page.
  for (const name of ['htmx:afterSwap', 'htmx:after:swap']) root.addEventListener(name, showAll);
  addEventListener('pageshow', showAll);
  showAll();
}
