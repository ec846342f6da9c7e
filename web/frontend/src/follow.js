/* Asks the server for the fields again: when a field changes on which others hang, and for rows. */
export function followTriggers(form) {
  let edits = 0;
  let isComposing = false; // a Japanese word is being written and not yet chosen
  let before = Promise.resolve();
  let leaving = new AbortController(); // the form itself is being sent: nothing comes after it

  // One after the other: a new row must not be lost because a field was changed meanwhile.
  function replace(action) {
    before = before.catch(() => {}).then(() => run(action));
    return before;
  }

  async function ask(action) {
    const data = new FormData(form);
    data.set('do', action);
    const answer = await fetch(form.action, {
      method: 'POST',
      body: data,
      credentials: 'same-origin',
      headers: { 'X-Part': 'fields' },
      signal: leaving.signal,
    });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.text();
  }

  async function run(action) {
    let seen;
    let text;
    do { // an answer that does not know what was typed since would take it away
      if (isComposing) await happened('compositionend');
      seen = edits;
      text = await ask(action);
    } while (seen !== edits || isComposing);
    const part = new DOMParser().parseFromString(text, 'text/html').querySelector('[data-fields]');
    keepFileInputs(part);
    keepOpenRows(part);
    const old = document.activeElement;
    form.querySelector('[data-fields]').replaceWith(part);
    (form.querySelector('[autofocus]') ?? successor(old))?.focus();
    if (old.selectionStart != null && document.activeElement.name === old.name) {
      document.activeElement.setSelectionRange(old.selectionStart, old.selectionEnd);
    }
    form.dispatchEvent(new Event('draft:replaced'));
  }

  function happened(name) {
    return new Promise((done) => form.addEventListener(name, done, { once: true }));
  }

  // The dialog of an empty one may be open: what is chosen there goes to that very element.
  function keepFileInputs(part) {
    const olds = [...form.querySelectorAll('input[type="file"]')];
    for (const one of part.querySelectorAll('input[type="file"]')) {
      const old = olds.find((other) => other.name === one.name && !other.files.length);
      if (old) one.replaceWith(old);
    }
  }

  // A row that has just become complete must not close under the hands of who fills it in.
  function keepOpenRows(part) {
    for (const old of form.querySelectorAll('details[open]')) {
      const same = part.querySelector(`#${CSS.escape(old.id)}`);
      if (same) same.open = true;
    }
  }

  // What stands in the new fields where the old element stood.
  function successor(old) {
    if (!form.contains(old) && old.isConnected) return null;
    const isChoice = ['radio', 'checkbox', 'submit'].includes(old.type);
    return [...form.elements].find((one) => one.name && one.name === old.name
      && one.type === old.type && (!isChoice || one.value === old.value));
  }

  form.addEventListener('submit', () => leaving.abort());
  addEventListener('pageshow', () => { // the page may come back from the browser's memory
    leaving = new AbortController();
  });
  form.addEventListener('input', () => {
    edits += 1;
  });
  form.addEventListener('compositionstart', () => {
    isComposing = true;
  });
  form.addEventListener('compositionend', () => {
    isComposing = false;
    edits += 1;
  });
  form.addEventListener('change', (event) => {
    if (event.target.closest('[data-trigger]')) replace('refresh').catch(() => {});
  });
  form.addEventListener('click', (event) => {
    const button = event.target.closest('button[data-rows]');
    if (!button) return;
    event.preventDefault();
    replace(button.value).catch((error) => {
      if (error.name === 'AbortError') return;
      delete button.dataset.rows; // the plain way, by sending the whole page
      button.click();
    });
  });
}
