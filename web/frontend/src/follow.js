/* Asks the server for the fields again: when a field changes on which others hang, and for rows. */
export function followTriggers(form) {
  let latest = 0;

  async function replace(action) {
    const turn = (latest += 1);
    const data = new FormData(form);
    data.set('do', action);
    const answer = await fetch(form.action, {
      method: 'POST',
      body: data,
      credentials: 'same-origin',
      headers: { 'X-Part': 'fields' },
    });
    if (turn !== latest) return;
    if (!answer.ok) throw new Error(String(answer.status));
    const part = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const focused = document.activeElement?.id;
    form.querySelector('[data-fields]').replaceWith(part.querySelector('[data-fields]'));
    const target = form.querySelector('[autofocus]') ?? (focused && document.getElementById(focused));
    target?.focus();
    form.dispatchEvent(new Event('draft:replaced'));
  }

  form.addEventListener('change', (event) => {
    if (event.target.closest('[data-trigger]')) replace('refresh').catch(() => {});
  });
  form.addEventListener('click', (event) => {
    const button = event.target.closest('button[data-rows]');
    if (!button) return;
    event.preventDefault();
    replace(button.value).catch(() => {
      delete button.dataset.rows; // the plain way, by sending the whole page
      button.click();
    });
  });
}
