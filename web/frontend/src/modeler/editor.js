/* The diagram as one edits it, and as one reads it. */
import Modeler from 'bpmn-js/lib/Modeler';
import Viewer from 'bpmn-js/lib/NavigatedViewer';
import { CreateAppendAnythingModule } from 'bpmn-js-create-append-anything';
import ColorPicker from 'bpmn-js-color-picker';
import { BpmnPropertiesPanelModule, BpmnPropertiesProviderModule } from 'bpmn-js-properties-panel';
import Minimap from 'diagram-js-minimap';
import { translate, translateModule } from '../lib/i18n.js';
import { READABLE } from '../lib/sheet.js';
import spiffworkflow from '../lib/spiffworkflow.json';
import expressions from './expressions.js';
import layout from './layout.js';
import palette from './palette.js';
import panel from './panel/provider.js';
import { keepReferences } from './references.js';

const MARGIN = 160; // room for the palette
const container = '#canvas';
const moddleExtensions = { spiffworkflow };

globalThis.__decisionWord = translate; // for the texts that stand in the library's code

export async function openToEdit(xml) {
  const modeler = new Modeler({
    container,
    propertiesPanel: { parent: '#properties' },
    moddleExtensions,
    additionalModules: [
      translateModule, BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, panel, expressions,
      CreateAppendAnythingModule, ColorPicker, Minimap, palette, layout,
    ],
  });
  keepReferences(modeler);
  return shown(modeler, xml);
}

export async function openToRead(xml) {
  const viewer = new Viewer({ container, moddleExtensions, additionalModules: [translateModule] });
  return shown(viewer, xml);
}

async function shown(diagram, xml) {
  try {
    await diagram.importXML(xml);
  } catch (error) {
    diagram.destroy();
    throw error;
  }
  approach(diagram);
  return diagram;
}

/* All of it where one can read it; a wide one begins at its left end, large enough to read. */
export function approach(diagram) {
  const canvas = diagram.get('canvas');
  canvas.zoom('fit-viewport', 'auto');
  if (canvas.zoom() >= READABLE) return;
  canvas.zoom(READABLE);
  const { inner, width, height } = canvas.viewbox();
  const y = inner.height < height ? inner.y - (height - inner.height) / 2 : inner.y - MARGIN;
  canvas.viewbox({ x: inner.x - MARGIN, y, width, height });
}
