/* Which properties has a component of each type?  Only those that the server takes. */
import { sourceOf } from './sources.js';
import { translate as t } from './words.js';
import { keysOf, write } from './values.js';

const SHOWN_ONLY = new Set(['text', 'table', 'separator', 'spacer', 'group']);
const CHOICES = new Set(['select', 'radio', 'checklist', 'taglist']);

export function groupsOf(field, panel) {
  if (field.type === 'default') return formGroups(panel);
  const isInput = !SHOWN_ONLY.has(field.type);
  return [
    { title: t('General'), entries: general(field, panel, isInput) },
    { title: t('Kind of value'), entries: special(field, panel) },
    { title: t('Filling in'), entries: isInput ? filling(field) : [] },
    { title: t('Condition'), entries: [formula('hide', ['conditional', 'hide'], t('Hide if'), '=')] },
    { title: t('Others'), entries: [text('trace', ['properties', 'trace'], t('Guideline rows'))], isOpen: false },
  ].filter((group) => group.entries.length);
}

function formGroups(panel) {
  return [
    {
      title: t('General'),
      entries: [
        { ...text('id', ['id'], t('ID')), isFixed: true },
        flag('anonymous', ['anonymous'], t('Anonymous'), t('Nobody can tell who has answered.')),
      ],
    },
    { title: t('Checks before completing'), entries: [checks(panel)] },
  ];
}

function general(field, panel, isInput) {
  if (field.type === 'text') return [area('text', ['text'], t('Text'))];
  if (field.type === 'separator' || field.type === 'spacer') return [];
  const made = [label(panel)];
  if (isInput) made.push(key(field.type === 'dynamiclist' ? 'path' : 'key', panel));
  made.push(area('description', ['description'], t('Field description')));
  return made;
}

/* New fields get the key of their label, until somebody has chosen another one. */
function label(panel) {
  return {
    ...text('label', ['label'], t('Field label')),
    isRequired: true,
    isWords: true,
    get: (field) => field.label || field.dateLabel || field.timeLabel || '',
    set(field, value) {
      const made = { label: value };
      if (field.type === 'datetime' && field.subtype !== 'time') made.dateLabel = value;
      if (field.type === 'datetime' && field.subtype !== 'date') made.timeLabel = value;
      const name = field.type === 'dynamiclist' ? 'path' : 'key';
      const follows = new RegExp(`^${field.type}_[a-z0-9]+$`).test(field[name] ?? '');
      const wanted = value.normalize('NFKC').replace(/[^\p{L}\p{N}_]/gu, '');
      if (follows && wanted && !keyFault(wanted, field, panel)) made[name] = wanted;
      panel.write(field, made);
    },
  };
}

function key(name, panel) {
  return {
    ...text('key', [name], t('Key')),
    help: t('The data item that holds what is entered.'),
    isRequired: true,
    isWords: true,
    check: (value, field) => keyFault(value, field, panel),
  };
}

function keyFault(value, field, panel) {
  if (!value.trim()) return t('Enter a key.');
  if (/[\s.,()[\]{}"'+\-*/=<>!?@:;|]/.test(value)) return t('No spaces or signs.');
  const isTaken = keysOf(panel.editor, field).some(({ id, name }) => name === value && id !== field.id);
  return isTaken ? t('Another field has this key.') : '';
}

function special(field, panel) {
  if (CHOICES.has(field.type)) return sourceOf(field, panel);
  return (SPECIAL[field.type] ?? (() => []))(field, panel);
}

const SPECIAL = {
  textfield: (field) => [
    select('validationType', ['validate', 'validationType'], t('Check'), [
      ['', t('Free text')],
      ['email', t('Email address')],
      ['custom', t('Regular expression')],
    ]),
    ...(field.validate?.validationType === 'custom' || field.validate?.pattern
      ? [
          text('pattern', ['validate', 'pattern'], t('Regular expression')),
          text('patternMessage', ['properties', 'patternMessage'], t('Sentence when it does not fit')),
        ]
      : []),
    ...lengths(),
  ],
  textarea: () => lengths(),
  number: () => [
    number('min', ['validate', 'min'], t('Minimum')),
    number('max', ['validate', 'max'], t('Maximum')),
    number('decimalDigits', ['decimalDigits'], t('Decimal digits')),
    text('suffix', ['appearance', 'suffixAdorner'], t('Unit')),
    {
      ...flag('yen', ['properties', 'fieldType'], t('Money in yen')),
      get: (field) => field.properties?.fieldType === 'yen',
      set: (one, value, panel) => write(panel, one, ['properties', 'fieldType'], value ? 'yen' : 'num'),
    },
  ],
  datetime: () => [
    {
      ...select('subtype', ['subtype'], t('Subtype'), [
        ['date', t('Date')],
        ['time', t('Time')],
        ['datetime', t('Date and time')],
      ]),
      set(field, value, panel) {
        const said = field.label || field.dateLabel || field.timeLabel;
        panel.write(field, {
          subtype: value,
          label: said,
          dateLabel: value === 'time' ? undefined : said,
          timeLabel: value === 'date' ? undefined : said,
          properties: { ...field.properties, fieldType: value },
        });
      },
    },
  ],
  filepicker: () => [
    text('accept', ['accept'], t('Kinds of files'), t('Endings such as .pdf, separated by commas.')),
    flag('multiple', ['multiple'], t('Several files')),
  ],
  table: () => [
    formula('dataSource', ['dataSource'], t('Rows'), '='),
    rows('columns', ['columns'], t('Columns'), [
      ['key', t('Key')],
      ['label', t('Heading')],
    ]),
    number('rowCount', ['rowCount'], t('Rows at once')),
  ],
  dynamiclist: (field) => [
    select('rowTitle', ['properties', 'rowTitle'], t('Field that names a row'), [
      ['', t('The first one filled in')],
      ...inner(field).map((one) => [one.key, one.label || one.key]),
    ]),
    number('defaultRepetitions', ['defaultRepetitions'], t('Rows to begin with')),
    {
      ...flag('allowAddRemove', ['allowAddRemove'], t('Rows may be added and removed')),
      get: (one) => one.allowAddRemove !== false,
      set: (one, value, panel) => panel.write(one, { allowAddRemove: value }),
    },
  ],
  spacer: () => [number('height', ['height'], t('Height'))],
};

function lengths() {
  return [
    number('minLength', ['validate', 'minLength'], t('Minimum length')),
    number('maxLength', ['validate', 'maxLength'], t('Maximum length')),
  ];
}

function inner(field) {
  return (field.components ?? []).flatMap((one) =>
    one.type === 'group' ? inner(one) : one.key ? [one] : [],
  );
}

function filling(field) {
  const made = [
    flag('required', ['validate', 'required'], t('Required')),
    formula('requiredIf', ['properties', 'requiredIf'], t('Required if')),
    flag('readonly', ['readonly'], t('Read only')),
    formula('value', ['properties', 'valueExpression'], t('Computed value')),
  ];
  if (field.type !== 'dynamiclist' && field.type !== 'filepicker') {
    made.push(text('defaultValue', ['defaultValue'], t('Default value'), t('After = a formula.')));
  }
  return made;
}

function checks(panel) {
  const keys = keysOf(panel.editor).map(({ name, label: said }) => [name, said || name]);
  return rows('checks', ['properties', 'checks'], t('Checks'), [
    ['when', t('What must hold'), 'formula'],
    ['message', t('Sentence otherwise')],
    ['field', t('Field it stands at'), 'select', [['', t('Choose')], ...keys]],
  ]);
}

/* The kinds of entries.  `path`: where in the component the value stands. */

export function text(id, path, said, help = '') {
  return { kind: 'text', id, path, label: said, help };
}

export function area(id, path, said) {
  return { ...text(id, path, said), kind: 'area' };
}

export function number(id, path, said) {
  return { ...text(id, path, said), kind: 'number' };
}

export function flag(id, path, said, help = '') {
  return { ...text(id, path, said, help), kind: 'flag' };
}

export function select(id, path, said, options) {
  return { ...text(id, path, said), kind: 'select', options };
}

export function formula(id, path, said, mark = '') {
  return { ...text(id, path, said), kind: 'formula', mark };
}

export function rows(id, path, said, columns) {
  return { ...text(id, path, said), kind: 'rows', columns };
}
