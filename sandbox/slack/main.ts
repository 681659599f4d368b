import { parseArgs } from 'node:util';
import { startLocalSlack } from './server.ts';

/** `node sandbox/slack/main.ts [--port N] [--http URL]`: a Slack for whoever develops against it; ends with Ctrl-C. */
const { values } = parseArgs({
  options: { port: { type: 'string', default: '0' }, http: { type: 'string' }, 'rate-limits': { type: 'boolean' } },
});
const slack = await startLocalSlack({
  port: Number(values.port),
  delivery: values.http ? { mode: 'http', url: values.http } : { mode: 'socket' },
  rateLimits: values['rate-limits'] ?? false,
});
console.log(`page            ${slack.pageUrl}?user=alice`);
console.log(`slackApiUrl     ${slack.apiUrl}`);
console.log(`bot token       ${slack.botToken}`);
console.log(`app token       ${slack.appToken}`);
console.log(`signing secret  ${slack.signingSecret}`);
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void slack.stop());
