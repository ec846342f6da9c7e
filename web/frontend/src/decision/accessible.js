/* What the editor leaves out for those who do not see it: reached by key, and told by name. */
export function makeAccessible(container, translate) {
  function mend() {
    const scrolled = container.querySelector('.tjs-table-container:not([tabindex])');
    if (scrolled) {
      scrolled.tabIndex = 0;
      scrolled.setAttribute('role', 'group');
      scrolled.setAttribute('aria-label', translate('Decision table'));
    }
    // the corner above the numbers of the rules heads nothing
    container.querySelector('th.index-column:not([role])')?.setAttribute('role', 'presentation');
  }
  new MutationObserver(mend).observe(container, { childList: true, subtree: true });
}
