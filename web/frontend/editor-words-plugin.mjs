/*
 * Some texts of the editors cannot be translated: they stand in their code.  While the front end is
 * built, each of them is handed to a function of ours first.  A text that is no longer found stops
 * the build, so that a new release of an editor cannot bring English back.
 */
import { createRequire } from 'node:module';

const FORMS = /@bpmn-io\/form-js-(editor|viewer)\/dist\/index\.es\.js$/;
const TEXT = /("aria-label"|\b(?:label|name|title|placeholder|text|children))(:\s*)('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")/g;
const WORDS = /^[A-Z][A-Za-z]/;
const NO_TEXTS = new Set(['Root', 'FilterContext', 'Dominic Leaf', 'Erika Muller', 'John Doe']);
const FEWEST = { editor: 120, viewer: 40 }; // found in 1.23: 142 and 62

/* Texts that are put together, and single ones; `Word` is the function. */
const SINGLE = {
  'form-js-editor/dist/index.es.js': [
    ['title: `Create ${getIndefiniteArticle(type)} ${label} element`', "title: Word('Create {label}', { label })"],
    ['return `Remove ${entry.label}`;', "return Word('Remove {label}', { label: entry.label });"],
    ["return 'Remove form field';", "return Word('Remove form field');"],
  ],
  'form-js-viewer/dist/index.es.js': [
    ["children: valueLabel || 'Select'", "children: valueLabel || Word('Select')"],
    ['placeholder: getLocaleReadableDateFormat()', 'placeholder: Word(getLocaleReadableDateFormat())'],
    ["placeholder: use24h ? 'hh:mm' : 'hh:mm --'", "placeholder: Word(use24h ? 'hh:mm' : 'hh:mm --')"],
    ["placeholder: disabled || readonly ? undefined : 'Search'", "placeholder: disabled || readonly ? undefined : Word('Search')"],
    ["set(defaults, DATE_LABEL_PATH, 'Date')", "set(defaults, DATE_LABEL_PATH, Word('Date'))"],
    ["TEXT_VIEW_DEFAULT_TEXT = '# Text'", "TEXT_VIEW_DEFAULT_TEXT = Word('# Text')"],
    ["return 'No files selected';", "return Word('No files selected');"],
    ["'Add new']", "Word('Add new')]"],
    ['`Remove list item ${itemIndex + 1}`', "Word('Remove list item {number}', { number: itemIndex + 1 })"],
    ['return `Click to sort by ${label} descending`;', "return Word('Click to sort by {label} descending', { label });"],
    ['return `Click to sort by ${label} ascending`;', "return Word('Click to sort by {label} ascending', { label });"],
    ["return 'Click to remove sorting';", "return Word('Click to remove sorting');"],
  ],
  'dmn-js-decision-table/lib/features/context-menu/ContextMenu.js': [
    ['"Decision table context menu"', "Word('Decision table context menu')"],
  ],
  'dmn-js-decision-table/lib/features/drag-and-drop/DragAndDrop.js': [
    ["`Move ${isInput(col) ? 'Input' : 'Output'}`", "Word(`Move ${isInput(col) ? 'Input' : 'Output'}`)"],
  ],
  'dmn-js-decision-table/lib/features/decision-table-head/components/DecisionTableHead.js': [
    ['inputValues.text || inputExpression.typeRef', "inputValues.text || Word(inputExpression.typeRef ?? '')"],
    ['outputValues.text || typeRef', "outputValues.text || Word(typeRef ?? '')"],
  ],
  // the diagram editor shares this one and names its lists itself
  'diagram-js/lib/features/popup-menu/PopupMenuComponent.js': [
    ["ariaLabel=${ title || 'Results' }", "ariaLabel=${ title || (globalThis.__decisionWord ?? String)('Results') }"],
    [
      "${ entriesToShow.length } ${ entriesToShow.length === 1 ? 'result' : 'results' } found",
      "${ (globalThis.__decisionWord ?? String)('Found: {count}', { count: entriesToShow.length }) }",
    ],
  ],
  // fields that the library's own groups make do not hand on the dictionary
  '@bpmn-io/properties-panel/dist/index.esm.js': [
    [
      'function translateFallback(template, replacements) {',
      'function translateFallback(template, replacements) {\n'
        + '  const known = globalThis.__decisionWord;\n  if (known) return known(template, replacements);',
    ],
    [
      'popupTitle = `${element.type} / `;',
      "popupTitle = element.businessObject?.name ? `${element.businessObject.name} / ` : '';",
    ],
    [
      'closeButtonTooltip: "Save and close"',
      "closeButtonTooltip: (globalThis.__decisionWord ?? String)('Save and close')",
    ],
  ],
  'diagram-js/lib/features/popup-menu/PopupMenuBreadcrumbs.js': [
    ['aria-label="Back"', "aria-label=${ (globalThis.__decisionWord ?? String)('Back') }"],
  ],
  'dmn-js-shared/lib/components/List.js': [['"Remove item"', "Word('Remove item')"]],
};

export function editorWords() {
  const found = {};

  function wrapped(code, part) {
    let count = 0;
    const made = code.replace(TEXT, (whole, name, colon, literal) => {
      const text = literal.slice(1, -1);
      if (!WORDS.test(text) || NO_TEXTS.has(text)) return whole;
      count += 1;
      return `${name}${colon}globalThis.__formWord(${literal})`;
    });
    found[part] = count;
    return made;
  }

  return {
    name: 'editor-words',
    enforce: 'pre',
    transform(code, id) {
      const path = id.replaceAll('\\', '/').split('?')[0];
      const [, part] = FORMS.exec(path) ?? [];
      const file = Object.keys(SINGLE).find((one) => path.endsWith(`/${one}`));
      if (!part && !file) return null;
      const word = path.includes('/form-js-') ? 'globalThis.__formWord(' : 'globalThis.__decisionWord(';
      let made = code;
      for (const [old, next] of SINGLE[file] ?? []) {
        if (!made.includes(old)) this.error(`${file} no longer says ${old}`);
        made = made.replaceAll(old, next.replaceAll('Word(', word));
      }
      return { code: part ? wrapped(made, part) : made, map: null };
    },
    generateBundle() {
      for (const [part, fewest] of Object.entries(FEWEST)) {
        if ((found[part] ?? 0) < fewest) this.error(`only ${found[part] ?? 0} texts found in the form ${part}`);
      }
    },
  };
}

/* The form editor and the parts it draws with must share one copy of the library they draw with. */
export function onePreact() {
  const here = createRequire(import.meta.url);
  const ofEditor = createRequire(here.resolve('@bpmn-io/form-js-editor/package.json'));
  const place = ofEditor.resolve('preact/package.json').replace(/package\.json$/, '');
  const parts = {
    preact: 'dist/preact.module.js',
    'preact/hooks': 'hooks/dist/hooks.module.js',
    'preact/compat': 'compat/dist/compat.module.js',
    'preact/jsx-runtime': 'jsx-runtime/dist/jsxRuntime.module.js',
  };
  return {
    name: 'one-preact',
    enforce: 'pre',
    resolveId(source, importer) {
      const asks = importer?.replaceAll('\\', '/') ?? '';
      const isOurs = asks.includes('/@bpmn-io/form-js-') || asks.startsWith(place);
      return isOurs && parts[source] ? `${place}${parts[source]}` : null;
    },
  };
}
