/* The findings of the server about what is saved, as a list under the editor. */
import { filled, post } from './http.js';

/*
 * `nameOf(id)`: where the finding is, in words.  `jump(id)`: shows that place.
 * `again()`: ask anew, after every saving.
 */
export function check(page, { nameOf, jump }) {
  const list = document.querySelector('[data-findings]');
  const summary = document.querySelector('[data-finding-count]');
  if (page.readOnly || !list) return { again() {} };

  async function again() {
    const answer = await post(page.urls.check).catch(() => null);
    if (!answer?.ok) return;
    const own = answer.data.findings.filter((one) => one.file === page.file || !one.file);
    const others = answer.data.findings.length - own.length;
    summary.textContent = own.length
      ? filled(page.words.findings, { count: own.length })
      : page.words.noFindings;
    list.replaceChildren(...own.map(item));
    if (others) list.append(elsewhere(others));
  }

  function item(finding) {
    const place = finding.element ? nameOf(finding.element) : '';
    const row = document.createElement('li');
    const button = document.createElement('button');
    button.type = 'button';
    button.className = `finding finding--${finding.severity}`;
    button.append(part('finding__kind', page.words[finding.severity]));
    if (place) button.append(part('finding__place', place, 'ja'));
    button.append(part('finding__text', finding.message, 'ja'));
    button.addEventListener('click', () => jump(finding.element));
    row.append(button);
    return row;
  }

  function part(name, text, lang) {
    const made = document.createElement('span');
    made.className = name;
    made.textContent = text;
    if (lang) made.lang = lang;
    return made;
  }

  function elsewhere(count) {
    const row = document.createElement('li');
    const link = document.createElement('a');
    link.href = page.urls.home;
    link.textContent = filled(page.words.elsewhere, { count });
    row.append(link);
    return row;
  }

  again();
  return { again };
}
