/**
 * What drawing needs to know: the server's state, names behind ids, and what only this reader's window knows (turned
 * tables, presses on their way, what was read).
 */
export function createContext() {
  const tables = new Map();
  const waiting = new Set();
  const read = new Map();
  const context = {
    state: undefined,
    tables,
    reader: () => ({ now: Date.now(), locale: navigator.language }),
    person: (id) => context.state.people.find((one) => one.id === id),
    personName: (id, label) => nameOf(context.person(id)) || label || id,
    channelName: (id, label) => context.state.channels.find((one) => one.id === id)?.name || label || id,
    usergroupName: (id, label) =>
      context.state.usergroups.find((one) => one.id === id)?.handle || label.replace(/^@/, '') || id,
    imageAddress: ({ image_url: url, slack_file: file }) => url ?? fileAddress(context.state.files, file),
    isWaiting: (place, actionId) => waiting.has(`${place.key}/${actionId}`),
    setWaiting(place, actionId, is) {
      if (is) waiting.add(`${place.key}/${actionId}`);
      else waiting.delete(`${place.key}/${actionId}`);
    },
    isUnread: (channel) => newest(channel) > (read.get(channel.id) ?? ''),
    markRead: (channel) => read.set(channel.id, newest(channel)),
  };
  return context;
}

function nameOf(person) {
  return person && (person.realName || person.name);
}

function fileAddress(files, wanted) {
  return files.find((file) => file.id === wanted?.id || file.url === wanted?.url)?.url ?? '';
}

function newest({ messages }) {
  return (
    messages
      .map(({ ts }) => ts)
      .toSorted()
      .at(-1) ?? ''
  );
}
