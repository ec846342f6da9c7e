/* A button that was pressed shows after 400 ms that its form is being sent. */
const PATIENCE_MS = 400;

export function announceBusyButtons(root) {
  root.addEventListener('submit', (event) => {
    const button = event.submitter;
    if (!button || event.target.method !== 'post') return;
    const timer = setTimeout(() => button.setAttribute('aria-busy', 'true'), PATIENCE_MS);
    addEventListener('pagehide', () => clearTimeout(timer), { once: true });
  });
  // A page that comes back from the browser's memory must not show a busy button.
  addEventListener('pageshow', () => {
    root.querySelectorAll('[aria-busy="true"]').forEach((one) => one.removeAttribute('aria-busy'));
  });
}
