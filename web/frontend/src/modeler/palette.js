/* What one can put on the sheet: the kinds of tasks that the product does, each with a name. */
const OWN = [
  ['create.user-task', 'bpmn:UserTask', 'bpmn-icon-user-task', 'Create user task'],
  ['create.service-task', 'bpmn:ServiceTask', 'bpmn-icon-service-task', 'Create service task'],
  ['create.business-rule-task', 'bpmn:BusinessRuleTask', 'bpmn-icon-business-rule-task', 'Create decision'],
  ['create.script-task', 'bpmn:ScriptTask', 'bpmn-icon-script-task', 'Create script task'],
];
const LEFT_OUT = ['create.task', 'create.data-object', 'create.data-store', 'create.intermediate-event'];

class OwnPalette {
  static $inject = ['palette', 'create', 'elementFactory', 'translate'];

  constructor(palette, create, elementFactory, translate) {
    this.create = create;
    this.elementFactory = elementFactory;
    this.translate = translate;
    palette.registerProvider(500, this);
  }

  getPaletteEntries() {
    return (entries) => {
      const kept = Object.entries(entries).filter(([name]) => !LEFT_OUT.includes(name));
      const at = kept.findIndex(([name]) => name === 'create.exclusive-gateway') + 1;
      kept.splice(at, 0, ...OWN.map((one) => this.entry(...one)));
      return Object.fromEntries(kept);
    };
  }

  entry(name, type, className, title) {
    const start = (event) => this.create.start(event, this.elementFactory.createShape({ type }));
    return [name, {
      group: 'activity',
      className,
      title: this.translate(title),
      action: { dragstart: start, click: start },
    }];
  }
}

export default { __init__: ['ownPalette'], ownPalette: ['type', OwnPalette] };
