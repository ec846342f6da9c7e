/* Boxes that scroll are reached by key, and told by a name, where an editor has forgotten it. */
export function reachable(container, selector, name) {
  const mend = () => {
    for (const box of container.querySelectorAll(`${selector}:not([tabindex])`)) {
      box.tabIndex = 0;
      box.setAttribute('role', 'group');
      box.setAttribute('aria-label', name);
    }
  };
  new MutationObserver(mend).observe(container, { childList: true, subtree: true });
}
