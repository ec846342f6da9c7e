/* Links above the editor show what has just been typed: it is saved before they are followed. */
export function saveBeforeLeaving(kept) {
  for (const link of document.querySelectorAll('.page-head a')) {
    link.addEventListener('click', async (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      await kept.flush();
      location.assign(link.href);
    });
  }
}
