/** Why a channel will not take a message of ours, and what a person can do about it; undefined when the channel is not why. */
export function placeTrouble(code: string, botName: string): { reason: string; next: string } | undefined {
  if (code === 'not_in_channel' || code === 'channel_not_found') {
    return {
      reason: 'I am not in this channel, so nobody here would see what happens. Nothing was started.',
      next: `Invite me: /invite @${botName} — then ask again.`,
    };
  }
  if (code === 'is_archived') {
    return {
      reason: 'This channel is archived. Nothing was started.',
      next: 'Ask in another of its channels.',
    };
  }
  if (code.startsWith('restricted_action') || code === 'posting_to_channel_denied') {
    return {
      reason: 'I may not post in this channel. Nothing was started.',
      next: 'Ask whoever keeps the channel to let apps post here.',
    };
  }
  return undefined;
}
