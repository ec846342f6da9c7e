/* The texts of the editors, in the language of the page; all of them look up `translate`. */
import bpmn from 'bpmn-js-i18n/translations/ja.js';
import { filled } from './http.js';
import own from './ja.js';

const isJapanese = (document.documentElement.lang || 'ja') === 'ja';
const words = { ...bpmn, ...own };

/* Texts that have no Japanese yet; empty as long as the dictionary is complete. */
export const missing = new Set();
const JAPANESE = /[\u3040-\u30ff\u4e00-\u9fff]/; // told by the server in the language of the page

export function translate(text, values = {}) {
  if (!isJapanese) return filled(text, values);
  if (!Object.hasOwn(words, text) && !JAPANESE.test(text)) missing.add(text);
  return filled(words[text] ?? text, values);
}

export const translateModule = { translate: ['value', translate] };

window.__missing = missing;
