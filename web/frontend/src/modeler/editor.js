/* The diagram as one edits it, and as one reads it. */
import Modeler from 'bpmn-js/lib/Modeler';
import Viewer from 'bpmn-js/lib/NavigatedViewer';
import { CreateAppendAnythingModule } from 'bpmn-js-create-append-anything';
import ColorPicker from 'bpmn-js-color-picker';
import { BpmnPropertiesPanelModule, BpmnPropertiesProviderModule } from 'bpmn-js-properties-panel';
import Minimap from 'diagram-js-minimap';
import { translateModule } from '../lib/i18n.js';
import spiffworkflow from '../lib/spiffworkflow.json';
import expressions from './expressions.js';
import layout from './layout.js';
import palette from './palette.js';
import panel from './panel/provider.js';
import { keepReferences } from './references.js';

const container = '#canvas';
const moddleExtensions = { spiffworkflow };

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
  await diagram.importXML(xml);
  diagram.get('canvas').zoom('fit-viewport', 'auto');
  return diagram;
}
