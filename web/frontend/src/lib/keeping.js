/* Keeps a file of a draft that is being edited: saved by itself, and by one person at a time. */
import { filled, post, token } from './http.js';

const PAUSE_MS = 1000; // after the last change
const LONGEST_MS = 2000; // after the first one that is not saved yet
const RENEWAL_MS = 20_000;
const RETRY_MS = 5000;
const MOST_KEEPALIVE = 60_000; // bytes that browsers send after a page is gone

/*
 * `page`: the page data (`revision`, `readOnly`, `hold`, `urls`, `words`).
 * `content()`: the text to save.  `lock()`: from now on nothing may be changed.
 * `saved(answer)`: it has been saved.  Call `changed()` after every change.
 */
export function keep(page, { content, lock, saved = () => {} }) {
  const line = document.querySelector('[data-kept]');
  const tab = tabId();
  let { revision } = page;
  let isLocked = Boolean(page.readOnly);
  let isDirty = false;
  let firstAt = 0;
  let timer = 0;
  let renewal = 0;
  let sending = null;
  let isFailing = false;
  let onSent = () => {};

  function changed() {
    if (isLocked) return;
    if (!isDirty) firstAt = Date.now();
    isDirty = true;
    later(Math.min(PAUSE_MS, Math.max(0, firstAt + LONGEST_MS - Date.now())));
  }

  function later(ms) {
    clearTimeout(timer);
    timer = setTimeout(flush, ms);
  }

  async function flush() {
    clearTimeout(timer);
    if (sending) await sending;
    if (!isDirty || isLocked) return;
    isDirty = false;
    sending = save().finally(() => {
      sending = null;
    });
    await sending;
  }

  async function save() {
    const text = await content();
    const isLeaving = document.visibilityState === 'hidden';
    const isSmall = new Blob([text]).size < MOST_KEEPALIVE;
    try {
      const answering = post(page.urls.file, {
        body: text,
        headers: { 'X-Revision': String(revision), 'X-Tab': tab },
        keepalive: isLeaving && isSmall,
      });
      onSent();
      const answer = await answering;
      if (answer.status === 409) return refused(answer.data);
      if (!answer.ok) throw new Error(answer.data?.error ?? page.words.notSaved);
      revision = answer.data.revision;
      say(filled(page.words.saved, { at: answer.data.saved }), false);
      document.dispatchEvent(new Event('session:used'));
      if (!isDirty) saved(answer.data);
    } catch (error) {
      isDirty = true;
      say(error instanceof TypeError ? page.words.notSaved : error.message, true);
      later(RETRY_MS);
    }
  }

  function say(text, isBad) {
    isFailing = isBad;
    line.textContent = text;
    line.classList.toggle('bad', isBad);
  }

  async function refused({ kind, by, error }) {
    await stop(kind === 'held' ? 'held' : 'moved', by, error);
  }

  /* What has been drawn and is not saved is kept: it can be written to a file. */
  async function stop(kind, by, error = '') {
    if (isLocked) return;
    isLocked = true;
    clearTimeout(timer);
    clearInterval(renewal);
    const text = await content();
    lock();
    const words = { held: page.words.taken, moved: page.words.moved }[kind];
    say('', false);
    banner(filled(words, { by }) || error, text);
  }

  function banner(text, mine) {
    const box = document.querySelector('[data-conflict]');
    box.querySelector('[data-told]').textContent = text;
    box.querySelector('[data-write-out]').addEventListener('click', () => writeOut(mine));
    box.hidden = false;
    box.focus();
  }

  function writeOut(text) {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type: 'application/octet-stream' }));
    link.download = page.file.split('/').pop();
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), RETRY_MS);
  }

  async function renew() {
    if (isLocked) return;
    try {
      const answer = await post(page.urls.hold, { headers: { 'X-Tab': tab } });
      if (answer.ok && !answer.data.mine) await stop('held', answer.data.by);
    } catch {
      // the network is away: saving says so, and the next renewal tries again
    }
  }

  /* The last change goes first: who lets go may not save any more. */
  function leave() {
    if (isLocked) return;
    if (!isDirty) return letGo();
    onSent = letGo;
    flush();
  }

  function letGo() {
    const form = new FormData();
    form.set('csrf_token', token());
    form.set('tab', tab);
    navigator.sendBeacon(page.urls.letGo, form);
  }

  if (!isLocked) {
    renew();
    renewal = setInterval(renew, RENEWAL_MS);
    addEventListener('pagehide', leave);
    addEventListener('pageshow', (event) => {
      if (event.persisted) renew();
    });
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'hidden') flush();
    });
    addEventListener('beforeunload', (event) => {
      if (isFailing && isDirty) event.preventDefault(); // it would be lost
      flush();
    });
  }
  takeOver(page, tab);
  return { changed, flush, isLocked: () => isLocked, tab };
}

/* The button 編集を引き継ぐ: from now on this window edits, the other one only reads. */
function takeOver(page, tab) {
  for (const button of document.querySelectorAll('[data-take-over]')) {
    button.hidden = false;
    button.addEventListener('click', async () => {
      button.disabled = true;
      await post(`${page.urls.hold}?force=1`, { headers: { 'X-Tab': tab } });
      location.reload();
    });
  }
}

/* One name per tab of the browser, the same after a reload. */
function tabId() {
  let found = sessionStorage.getItem('tab');
  if (!found) {
    const bytes = crypto.getRandomValues(new Uint8Array(12));
    found = [...bytes].map((one) => one.toString(16).padStart(2, '0')).join('');
    sessionStorage.setItem('tab', found);
  }
  return found;
}
