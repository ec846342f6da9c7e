/* What a page tells its scripts, and how they write to the server. */
export const page = JSON.parse(document.getElementById('page-data').textContent);

/* The mark that protects against forged posts stands in each form of the page. */
export function token() {
  return document.querySelector('input[name="csrf_token"]')?.value ?? '';
}

/* The answer to a post; `answer.data` holds its JSON, or null when it has none. */
export async function post(url, { body = '', headers = {}, keepalive = false } = {}) {
  const answer = await fetch(url, {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'X-CSRFToken': token(), Accept: 'application/json', ...headers },
    body,
    keepalive,
  });
  const text = await answer.text();
  try {
    answer.data = JSON.parse(text);
  } catch {
    answer.data = null;
  }
  return answer;
}

/* `{by}` and the like are replaced by what `values` holds. */
export function filled(pattern, values = {}) {
  return pattern.replace(/{([^}]+)}/g, (_, name) => values[name] ?? `{${name}}`);
}
