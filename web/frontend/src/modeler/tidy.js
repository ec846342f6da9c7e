/* The button 整える: asks the server for the layout, says that it takes a while, applies it. */
import { page, post } from '../lib/http.js';
import { approach } from './editor.js';

export function listenToTidy(modeler) {
  const button = document.querySelector('[data-tidy]');
  const told = document.querySelector('[data-tidy-told]');
  if (!button) return;
  button.disabled = false;
  button.onclick = async () => {
    button.disabled = true;
    button.setAttribute('aria-busy', 'true');
    told.textContent = page.words.tidying;
    told.textContent = await tidy(modeler);
    button.removeAttribute('aria-busy');
    button.disabled = false;
  };
}

async function tidy(modeler) {
  const before = await xmlOf(modeler);
  try {
    const answer = await post(page.urls.layout, { body: before });
    if (!answer.ok) return answer.data?.error ?? page.words.notTidied;
    if (await xmlOf(modeler) !== before) return page.words.changedMeanwhile;
    await modeler.get('tidy').apply(answer.data.xml);
    approach(modeler);
    return page.words.tidied;
  } catch {
    return page.words.notTidied;
  }
}

export async function xmlOf(modeler) {
  return (await modeler.saveXML({ format: true })).xml;
}
