/* Keeps the page of a running instance up to date while somebody looks at it. */
const EVERY = 15_000;
const ASLEEP = 600_000; // nobody has touched anything for so long: the session may come to its end
const PARTS = ['standing', 'tiles', 'outline', 'took', 'linked', 'history', 'facts'];

export function keepUpToDate(redraw) {
  let place = document.querySelector('[data-live]');
  if (!place) return;
  let touched = Date.now();
  let isAsking = false;
  for (const name of ['pointerdown', 'keydown', 'scroll']) {
    document.addEventListener(name, () => { touched = Date.now(); }, { passive: true });
  }

  async function ask() {
    const answer = await fetch(place.dataset.live, {
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error', // the session is over: the page stays as it is
      headers: { 'If-None-Match': `"${place.dataset.sign}"` },
    });
    if (answer.status === 304) return;
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const next = page.querySelector('[data-sign]');
    if (PARTS.map((id) => replace(id, page)).every(Boolean)) place.dataset.sign = next.dataset.sign;
    redraw(page);
    if (!next.dataset.live) stop();
  }

  async function look() {
    const isAway = document.visibilityState !== 'visible' || Date.now() - touched > ASLEEP;
    if (isAway || isAsking) return;
    isAsking = true;
    try {
      await ask();
    } catch {
      // no connection for a moment: the next look tells
    } finally {
      isAsking = false;
    }
  }

  function stop() {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', look);
    place = null;
  }

  const timer = setInterval(look, EVERY);
  document.addEventListener('visibilitychange', look);
}

/* False where the reader is at work in the part: it is left alone until the next look. */
function replace(id, page) {
  const old = document.getElementById(id);
  const next = page.getElementById(id);
  if (!old || !next || old.isEqualNode(next)) return true;
  if (old.contains(document.activeElement) || isChosen(old)) return false;
  const open = [...old.querySelectorAll('details')].map((one) => one.open);
  const fresh = document.importNode(next, true);
  const all = fresh.querySelectorAll('details');
  if (all.length === open.length) all.forEach((one, index) => { one.open = open[index]; });
  old.replaceWith(fresh);
  return true;
}

function isChosen(part) {
  const chosen = getSelection();
  return chosen.type === 'Range' && part.contains(chosen.anchorNode);
}
