/* What the editor leaves out for those who do not see it: reached by key, and told by name. */
import { reachable } from '../lib/reachable.js';

export function makeAccessible(container, translate) {
  reachable(container, '.tjs-table-container', translate('Decision table'));
  const mend = () => {
    // the corner above the numbers of the rules heads nothing
    container.querySelector('th.index-column:not([role])')?.setAttribute('role', 'presentation');
  };
  new MutationObserver(mend).observe(container, { childList: true, subtree: true });
}
