import { element, icon } from './dom.js';

const shownForMs = 9000;
const sameForMs = 4000;

/** What Slack itself tells the person: at the edge of the window, gone after a while or when dismissed. */
export function startNotices(region) {
  const recent = new Map();
  let known;

  function tell(text) {
    const now = Date.now();
    if (!text || now - (recent.get(text) ?? 0) < sameForMs) return;
    recent.set(text, now);
    const dismiss = element(
      'button',
      { type: 'button', class: 'button button-quiet', 'aria-label': 'Dismiss' },
      icon('close'),
    );
    const notice = element('div', { class: 'notice' }, icon('warning'), element('span', {}, text), dismiss);
    region.append(notice);
    dismiss.addEventListener('click', () => notice.remove());
    setTimeout(() => notice.remove(), shownForMs);
  }

  return {
    tell,
    /** Tells what is new among the person's errors; those from before the page was opened stay untold. */
    tellNew(user, errors) {
      if (known?.user === user) for (const { text } of errors.slice(known.count)) tell(text);
      known = { user, count: errors.length };
    },
  };
}
