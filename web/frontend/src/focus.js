/* After a command the focus goes to the error summary, else to the message about the result. */
export function focusFirstNews(root) {
  if (root.querySelector('[autofocus]')) return; // the browser does it by itself
  root.querySelector('[data-news]')?.focus();
}
