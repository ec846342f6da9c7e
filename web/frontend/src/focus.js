/* After a command the focus goes to the error summary, else to the message about the result. */
export function focusFirstNews(root) {
  const news = root.querySelector('.error-summary') ?? root.querySelector('[data-news]');
  news?.focus();
}
