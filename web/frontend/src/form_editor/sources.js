/* Where do the choices of a field come from: written down, people, organisations, a register? */
import { formula, rows, select } from './entries.js';
import { translate as t } from './words.js';

const PEOPLE = /^=\s*people\("([^"]*)"\)\s*$/;
const REGISTER = /^=\s*register\("([^"]*)"\)\s*$/;
const ORGANISATIONS = /^=\s*organisations\(\)\s*$/;
const SEVERAL = new Set(['checklist', 'taglist']);

function kindOf(field) {
  const source = field.valuesExpression;
  if (source === undefined) return 'values';
  if (PEOPLE.test(source)) return 'people';
  if (REGISTER.test(source)) return 'register';
  return ORGANISATIONS.test(source) ? 'organisations' : 'formula';
}

export function sourceOf(field, panel) {
  const { roles, registers } = panel.page;
  const kind = {
    ...select('source', [], t('Options source'), [
      ['values', t('Written down here')],
      ['people', t('People of a role')],
      ['organisations', t('Organisations')],
      ['register', t('Records of a register')],
      ['formula', t('A formula')],
    ]),
    get: kindOf,
    set: (one, value, of) => of.write(one, start(one, value, roles, registers)),
  };
  return [kind, ...detail(field, kindOf(field), roles, registers)];
}

/* What a source begins with; the type of the data item goes with it. */
function start(field, kind, roles, registers) {
  const role = roles[0]?.value ?? '';
  const code = registers[0]?.value ?? '';
  const several = SEVERAL.has(field.type) ? 'multi' : 'sel';
  const [source, type] = {
    values: [undefined, several],
    people: [`=people("${role}")`, 'user'],
    organisations: ['=organisations()', 'org'],
    register: [`=register("${code}")`, `ref:${code}`],
    formula: [field.valuesExpression ?? '=[]', several],
  }[kind];
  return {
    valuesExpression: source,
    values: source === undefined ? field.values ?? [{ label: t('Choice {number}', { number: 1 }), value: '1' }] : undefined,
    properties: { ...field.properties, fieldType: type },
  };
}

function detail(field, kind, roles, registers) {
  if (kind === 'values') {
    return [rows('values', ['values'], t('Choices'), [['label', t('Label')], ['value', t('Value')]])];
  }
  if (kind === 'people') return [called('role', t('Role'), PEOPLE, roles, (value) => [`=people("${value}")`, 'user'])];
  if (kind === 'register') {
    return [called('register', t('Register'), REGISTER, registers, (value) => [`=register("${value}")`, `ref:${value}`])];
  }
  return kind === 'formula' ? [formula('valuesExpression', ['valuesExpression'], t('Formula for the choices'), '=')] : [];
}

function called(id, said, pattern, known, made) {
  return {
    ...select(id, [], said, known.map((one) => [one.value, one.label])),
    get: (field) => pattern.exec(field.valuesExpression ?? '')?.[1] ?? '',
    set(field, value, panel) {
      const [source, type] = made(value);
      panel.write(field, { valuesExpression: source, properties: { ...field.properties, fieldType: type } });
    },
  };
}

