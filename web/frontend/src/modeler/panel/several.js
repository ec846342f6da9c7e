/* A field of several words from a list: each with a button to take it away, and a list to add from. */
import { jsx, jsxs } from '@bpmn-io/properties-panel/preact/jsx-runtime';

export const words = (text) => text.split(/[,、]/).map((word) => word.trim()).filter(Boolean);

export default function Several({ id, label, description, options, get, set, add, tools }) {
  const { t } = tools;
  const all = options(tools);
  const chosen = words(get(tools));
  const write = (list) => set(tools, list.join(','));
  const nameOf = (code) => all.find((one) => one.value === code)?.label ?? t('{value} (not found)', { value: code });
  return jsxs('div', {
    class: 'bio-properties-panel-entry several',
    'data-entry-id': id,
    role: 'group',
    'aria-label': t(label),
    children: [
      jsx('span', { class: 'bio-properties-panel-label', children: t(label) }),
      chosen.length > 0 && jsx('ul', {
        children: chosen.map((code) => jsxs('li', {
          children: [
            jsx('span', { children: nameOf(code) }),
            jsx('button', {
              type: 'button',
              title: t('Remove {name}', { name: nameOf(code) }),
              'aria-label': t('Remove {name}', { name: nameOf(code) }),
              onClick: () => write(chosen.filter((one) => one !== code)),
              children: '×',
            }),
          ],
        }, code)),
      }),
      jsxs('select', {
        id: `bio-properties-panel-${id}`,
        class: 'bio-properties-panel-input',
        'aria-label': t(add),
        value: '',
        onChange: ({ target }) => {
          if (target.value) write([...chosen, target.value]);
          target.value = '';
        },
        children: [
          jsx('option', { value: '', children: t(add) }),
          ...all.filter((one) => !chosen.includes(one.value))
            .map((one) => jsx('option', { value: one.value, children: one.label }, one.value)),
        ],
      }),
      description && jsx('div', { class: 'bio-properties-panel-description', children: t(description) }),
    ],
  });
}

export const isSeveralEdited = (node) => Boolean(node?.closest('.several')?.querySelector('li'));
