/* The findings of the server about the file that is open, as the list under its editor. */
import { post } from './http.js';

/*
 * `nameOf(id)`: where in the file that is, in words.  `jump(id)`: shows the place.
 * The answer is a function that asks anew, for after each saving.
 */
export function check(page, { nameOf, jump }) {
  const box = document.querySelector('[data-findings]');
  let turn = 0;

  function show(findings) {
    const own = findings.filter((one) => !one.file || one.file.endsWith(page.file));
    box.querySelector('ul').replaceChildren(...own.map(item));
    box.querySelector('[data-none]').hidden = own.length > 0;
    for (const severity of ['error', 'warning']) {
      const count = own.filter((one) => one.severity === severity).length;
      box.querySelector(`[data-count-of="${severity}"]`).textContent = count;
    }
  }

  function item(finding) {
    const template = document.querySelector(`template[data-item="${finding.severity}"]`);
    const made = template.content.cloneNode(true);
    const link = made.querySelector('a');
    tell(link.querySelector('[data-message]'), finding.message);
    tell(link.querySelector('[data-where]'), nameOf(finding.element) || finding.name || '');
    link.addEventListener('click', (event) => {
      event.preventDefault();
      jump(finding.element);
    });
    return made.firstElementChild;
  }

  /* What the check says and what people have named stands in Japanese on every page. */
  function tell(element, text) {
    element.textContent = text;
    element.lang = 'ja';
  }

  if (!box) return async () => {};
  show(page.findings);
  return async () => {
    turn += 1;
    const mine = turn;
    const answer = await post(page.urls.check).catch(() => null);
    if (mine === turn && answer?.ok) show(answer.data.findings);
  };
}
