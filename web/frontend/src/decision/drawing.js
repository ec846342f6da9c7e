/*
 * Decision files without a drawing get one while they are open: what is required stands below.
 * It is saved only when somebody has changed it, so that looking at a file leaves it as it is.
 */
const WIDTH = 200;
const HEIGHT = 70;
const GAP = 40;
const LEVEL = 130;
const MARGIN = 60;

export function drawWithoutLayout(editor) {
  let lent = null;

  editor.on('import.parse.complete', ({ error, definitions }) => {
    lent = null;
    if (error || definitions.dmnDI) return;
    lent = drawn(definitions);
    definitions.dmnDI = lent;
    lent.$parent = definitions;
  });
  editor.on('viewer.created', ({ type, viewer }) => {
    if (type !== 'drd') return;
    viewer.on('commandStack.changed', ({ trigger }) => {
      if (trigger !== 'clear') lent = null;
    });
  });
  editor.on('saveXML.start', ({ definitions }) => {
    if (lent) delete definitions.dmnDI;
  });
  editor.on('saveXML.done', () => {
    if (lent) editor.getDefinitions().dmnDI = lent;
  });
}

function drawn(definitions) {
  const model = definitions.$model;
  const elements = definitions.drgElement ?? [];
  const place = places(elements);
  const made = [];
  for (const element of elements) {
    const bounds = model.create('dc:Bounds', { ...place.get(element.id), width: WIDTH, height: HEIGHT });
    made.push(within(model.create('dmndi:DMNShape', { dmnElementRef: element, bounds }), bounds));
  }
  for (const element of elements) {
    for (const { requirement, id } of requirements(element)) {
      if (!place.has(id)) continue;
      const waypoint = line(model, place.get(id), place.get(element.id));
      const edge = model.create('dmndi:DMNEdge', { dmnElementRef: requirement, waypoint });
      made.push(within(edge, ...waypoint));
    }
  }
  const diagram = within(model.create('dmndi:DMNDiagram', { diagramElements: made }), ...made);
  return within(model.create('dmndi:DMNDI', { diagrams: [diagram] }), diagram);
}

function within(parent, ...children) {
  for (const child of children) child.$parent = parent;
  return parent;
}

function requirements(element) {
  const lists = ['informationRequirement', 'knowledgeRequirement', 'authorityRequirement'];
  return lists
    .flatMap((list) => element[list] ?? [])
    .map((requirement) => ({ requirement, id: required(requirement) }));
}

function required(requirement) {
  const names = ['requiredDecision', 'requiredInput', 'requiredKnowledge', 'requiredAuthority'];
  const href = names.map((name) => requirement[name]?.href).find(Boolean) ?? '';
  return href.replace(/^#/, '');
}

/* Every element stands one level above the highest of what it requires. */
function places(elements) {
  const byId = new Map(elements.map((element) => [element.id, element]));
  const levels = new Map();
  const level = (id, seen = new Set()) => {
    if (levels.has(id)) return levels.get(id);
    if (seen.has(id) || !byId.has(id)) return -1;
    seen.add(id);
    const below = requirements(byId.get(id)).map((one) => level(one.id, seen));
    levels.set(id, 1 + Math.max(-1, ...below));
    return levels.get(id);
  };
  for (const id of byId.keys()) level(id);
  const top = Math.max(0, ...levels.values());
  const widest = Math.max(1, ...counts(levels).values());
  const used = new Map();
  return new Map(
    [...byId.keys()].map((id) => {
      const of = levels.get(id);
      const index = used.get(of) ?? 0;
      used.set(of, index + 1);
      const free = (widest - counts(levels).get(of)) * (WIDTH + GAP);
      const x = MARGIN + free / 2 + index * (WIDTH + GAP);
      return [id, { x, y: MARGIN + (top - of) * LEVEL }];
    }),
  );
}

function counts(levels) {
  const made = new Map();
  for (const level of levels.values()) made.set(level, (made.get(level) ?? 0) + 1);
  return made;
}

function line(model, from, to) {
  return [
    model.create('dc:Point', { x: from.x + WIDTH / 2, y: from.y }),
    model.create('dc:Point', { x: to.x + WIDTH / 2, y: to.y + HEIGHT }),
  ];
}
