/* The texts of an editor in the language of the page: English stands in the editors themselves. */
import { filled } from './http.js';

const isJapanese = (document.documentElement.lang || 'ja') === 'ja';
export const missing = (window.__missing ??= new Set());

export function translator(words) {
  return (text, values = {}) => {
    if (!isJapanese) return filled(text, values);
    if (!Object.hasOwn(words, text)) missing.add(text);
    return filled(words[text] ?? text, values);
  };
}
