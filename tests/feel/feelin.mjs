/* Evaluates expressions with feelin, another implementation of the language.
   One line of JSON in (the text), one out: {value} in a form that keeps types apart, or {error}. */
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const feelin = await import(pathToFileURL(`${process.argv[2]}/feelin/dist/index.js`));
const SCOPE = JSON.parse(process.argv[3]);
const TEMPORAL = [
  [feelin.FeelDate, 'date'],
  [feelin.FeelTime, 'time'],
  [feelin.FeelDateTime, 'date and time'],
  [feelin.FeelDuration, 'duration'],
];

function told(value) {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return { number: String(value) };
  if (typeof value === 'string') return { string: value };
  if (Array.isArray(value)) return { list: value.map(told) };
  if (typeof value === 'function' || feelin.isFunction(value)) return { function: true };
  if (feelin.isRange(value)) {
    const { start, end } = value;
    const ends = [value['start included'] === true, value['end included'] === true];
    return { range: [ends[0], told(start), told(end), ends[1]] };
  }
  for (const [type, name] of TEMPORAL) if (value instanceof type) return { [name]: value.toString() };
  const entries = Object.entries(value).map(([key, one]) => [key, told(one)]);
  return { context: Object.fromEntries(entries) };
}

function answer(text) {
  try {
    return { value: told(feelin.evaluate(text, SCOPE).value) };
  } catch (error) {
    return { error: String(error.message ?? error) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(answer(JSON.parse(line)))}\n`);
}
