/* 整える: the server draws the diagram anew; what it answers is one step of undo. */
import { is } from 'bpmn-js/lib/util/ModelUtil';

/* Gives shapes, labels and flows the places of `places`: element id -> what its DI holds. */
class ApplyLayout {
  static $inject = ['elementRegistry', 'bpmnReplace'];

  constructor(elementRegistry, bpmnReplace) {
    this.elementRegistry = elementRegistry;
    this.bpmnReplace = bpmnReplace;
  }

  /* The server draws each sub-process on a sheet of its own, so those that lie open are closed. */
  preExecute() {
    const isOpen = (one) => is(one, 'bpmn:SubProcess') && one.parent && one.di.isExpanded === true;
    for (let next = this.elementRegistry.find(isOpen); next; next = this.elementRegistry.find(isOpen)) {
      this.bpmnReplace.replaceElement(next, { type: next.type, isExpanded: false });
    }
  }

  execute(context) {
    context.before ??= this.all().map((element) => stateOf(element));
    context.after ??= this.placed(context.places);
    return restore(context.after);
  }

  revert(context) {
    return restore(context.before);
  }

  all() {
    return this.elementRegistry.filter((element) => element.parent && (element.waypoints || 'x' in element));
  }

  placed(places) {
    const states = [];
    for (const element of this.all()) {
      const place = places[element.labelTarget?.id ?? element.id];
      if (!place) continue;
      if (element.labelTarget) {
        if (place.label) states.push({ ...stateOf(element), ...place.label });
      } else if (element.waypoints && place.waypoints) {
        states.push({ ...stateOf(element), waypoints: place.waypoints });
      } else if (!element.waypoints && place.bounds) {
        states.push({ ...stateOf(element), ...place.bounds });
      }
    }
    return states;
  }
}

function stateOf(element) {
  if (element.waypoints) {
    return { element, waypoints: element.waypoints.map(({ x, y, original }) => ({ x, y, original })) };
  }
  const { x, y, width, height } = element;
  return { element, x, y, width, height };
}

function restore(states) {
  for (const { element, waypoints, ...bounds } of states) {
    if (waypoints) {
      element.waypoints = waypoints.map((one) => ({ ...one }));
      drawnFlow(element, waypoints);
    } else {
      Object.assign(element, bounds);
      drawnShape(element, bounds);
    }
  }
  return states.map((one) => one.element);
}

/* What is written to the file follows what is on the sheet. */
function drawnFlow({ di }, waypoints) {
  di.waypoint = waypoints.map(({ x, y }) => {
    const point = di.$model.create('dc:Point', { x, y });
    point.$parent = di;
    return point;
  });
}

function drawnShape({ di, labelTarget }, bounds) {
  let holder = di;
  if (labelTarget) {
    di.label ??= di.$model.create('bpmndi:BPMNLabel');
    di.label.$parent = di;
    holder = di.label;
  }
  const made = di.$model.create('dc:Bounds', bounds);
  made.$parent = holder;
  holder.bounds = made;
}

class Layout {
  static $inject = ['commandStack', 'bpmnjs'];

  constructor(commandStack, bpmnjs) {
    this.commandStack = commandStack;
    this.bpmnjs = bpmnjs;
    commandStack.registerHandler('layout.apply', ApplyLayout);
  }

  async apply(xml) {
    const { rootElement } = await this.bpmnjs.get('moddle').fromXML(xml);
    this.commandStack.execute('layout.apply', { places: placesIn(rootElement) });
  }
}

function placesIn(definitions) {
  const places = {};
  for (const diagram of definitions.diagrams ?? []) {
    for (const { bpmnElement, bounds, waypoint, label } of diagram.plane.planeElement ?? []) {
      if (!bpmnElement) continue;
      places[bpmnElement.id] = {
        bounds: bounds && plain(bounds),
        waypoints: waypoint?.map(({ x, y }) => ({ x, y })),
        label: label?.bounds && plain(label.bounds),
      };
    }
  }
  return places;
}

const plain = ({ x, y, width, height }) => ({ x, y, width, height });

export default { __init__: ['tidy'], tidy: ['type', Layout] };
