/** What the server knows, as `user` may see it. */
export async function fetchState(user) {
  const answer = await fetch(`/page/state?user=${encodeURIComponent(user)}`);
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.error);
  return body;
}

/** Does something as a person; the sentence to show when it was refused, and nothing when it was done. */
export async function post(what, body) {
  try {
    const answer = await fetch(`/page/${what}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const { ok, error } = await answer.json();
    return ok ? undefined : (error ?? 'Slack refused, and did not say why.');
  } catch {
    return 'The local Slack does not answer. Is it still running?';
  }
}

/** Calls `changed` whenever something changed for `user`, and `connected` when the connection comes or goes. */
export function listen(user, { changed, connected }) {
  const events = new EventSource(`/page/events?user=${encodeURIComponent(user)}`);
  events.addEventListener('changed', changed);
  events.addEventListener('message', changed);
  events.addEventListener('open', () => {
    connected(true);
    changed();
  });
  events.addEventListener('error', () => connected(false));
  return () => events.close();
}
