/* Asks five minutes before the end of the session whether somebody is still there. */
const WARN_MS = 5 * 60 * 1000;

export function warnBeforeTheEnd(root) {
  const dialog = root.querySelector('dialog[data-session]');
  if (!dialog) return;
  let timer = 0;
  let before = null;

  function start(seconds) {
    clearTimeout(timer);
    timer = setTimeout(warn, Math.max(seconds * 1000 - WARN_MS, 0));
  }

  function warn() {
    if (dialog.open) return;
    before = document.activeElement;
    dialog.showModal();
    dialog.querySelector('h2').focus();
  }

  // Saving a draft and the like prolong the session as well.
  root.addEventListener('session:used', () => {
    if (!dialog.open) start(Number(dialog.dataset.session));
  });
  dialog.querySelector('form').addEventListener('submit', async (event) => {
    event.preventDefault();
    try {
      const answer = await fetch(event.target.action, { credentials: 'same-origin' });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      start(Number(await answer.text()));
      dialog.close();
      before?.focus();
    } catch {
      event.target.submit(); // the plain way: the page that says what has become of the session
    }
  });
  dialog.addEventListener('close', () => before?.focus());
  start(Number(dialog.dataset.session));
}
