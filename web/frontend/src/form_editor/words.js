/* Must be loaded before the form editor: the build has it ask for each of its texts. */
import { translator } from '../lib/translator.js';
import words from './ja.js';

export const translate = translator(words);

globalThis.__formWord = translate;
