/* A form of a task: it saves itself, and fields that hang on others follow them. */
import { keepDraft } from './draft.js';
import { followTriggers } from './follow.js';
import { offerCalendars } from './calendar.js';

const form = document.querySelector('form[data-task]');
if (form) {
  if (form.dataset.draft) keepDraft(form);
  followTriggers(form);
  offerCalendars(form);
}
