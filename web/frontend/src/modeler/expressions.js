/* Asks the server about expressions while they are typed, and shows the answer under the field. */
import { page, post } from '../lib/http.js';

class Expressions {
  static $inject = ['eventBus'];

  constructor(eventBus) {
    this.eventBus = eventBus;
    this.errors = {};
    this.answers = new Map();
  }

  async check(id, text, kind) {
    const source = (text ?? '').trim();
    this.show(id, source ? await this.fault(id, source, kind) : '');
  }

  async fault(id, text, kind) {
    this.latest = { ...this.latest, [id]: text };
    const key = `${kind} ${text}`;
    if (!this.answers.has(key)) {
      try {
        const answer = await post(page.urls.feel, {
          body: JSON.stringify({ text, kind }),
          headers: { 'Content-Type': 'application/json' },
        });
        if (!answer.ok) return '';
        this.answers.set(key, answer.data.error ?? '');
      } catch {
        return ''; // without the network nothing is said; the check of the draft finds it later
      }
    }
    return this.latest[id] === text ? this.answers.get(key) : this.errors[id] ?? '';
  }

  show(id, error) {
    if ((this.errors[id] ?? '') === error) return;
    const { [id]: _, ...others } = this.errors;
    this.errors = error ? { ...others, [id]: error } : others;
    this.eventBus.fire('propertiesPanel.setErrors', { errors: this.errors });
  }

  forget(id) {
    delete this.errors[id];
  }
}

export default { __init__: ['expressions'], expressions: ['type', Expressions] };
