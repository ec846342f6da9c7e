/* Saves what has been typed 2 s after the last change and when the page is left. */
const PAUSE_MS = 2000;

export function keepDraft(form) {
  const said = form.querySelector('.saved');
  let timer = 0;
  let isDirty = false;
  let isSending = false;
  const leaving = new AbortController(); // an answer behind that to the form would undo its cookie

  function touched() {
    isDirty = true;
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE_MS);
  }

  async function save() {
    if (!isDirty || isSending) return;
    isDirty = false;
    try {
      const answer = await fetch(form.dataset.draft, {
        method: 'POST',
        body: withoutFiles(new FormData(form)),
        credentials: 'same-origin',
        headers: { Accept: 'text/plain' },
        keepalive: document.visibilityState === 'hidden',
        signal: leaving.signal,
      });
      if (!answer.ok) throw new Error(String(answer.status));
      said.textContent = await answer.text();
      document.dispatchEvent(new Event('session:used'));
      said.classList.remove('bad');
    } catch {
      if (isSending) return;
      said.textContent = said.dataset.failed;
      said.classList.add('bad');
      touched();
    }
  }

  form.addEventListener('input', touched);
  form.addEventListener('change', touched);
  form.addEventListener('submit', () => {
    isSending = true;
    leaving.abort();
    clearTimeout(timer);
  });
  form.addEventListener('draft:replaced', () => touched());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') save();
  });
}

function withoutFiles(data) {
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  data.set('do', 'draft');
  return data;
}
