/* Must be loaded before the decision editor: the build has it ask for some of its texts. */
import { translator } from '../lib/translator.js';
import words from './ja.js';

export const translate = translator(words);

globalThis.__decisionWord = translate;
