import type { WebClient } from '@slack/web-api';
import { Refusal } from '../chatops/errors.ts';
import type { Home } from './people.ts';

/** Who this app is, as Slack says. */
export interface Identity extends Home {
  readonly botUserId: string;
  readonly botId: string;
  /** As people mention it. */
  readonly botName: string;
  /** Of the workspace, with a slash at the end. */
  readonly url: string;
}

/** Asks Slack. Throws Refusal when the token belongs to another workspace than salvor.yaml names, and what the call throws. */
export async function whoAmI(client: WebClient, expectedTeam: string): Promise<Identity> {
  const answer = await client.auth.test();
  const team = answer.team_id ?? '';
  const { enterprise_id: enterprise } = answer;
  if (team !== expectedTeam && enterprise !== expectedTeam) {
    throw new Refusal(
      `The Slack bot token belongs to workspace ${team} (${answer.team ?? 'unnamed'}), but salvor.yaml says ${expectedTeam}.`,
      'Mend slack.team in salvor.yaml, or use the token of that workspace.',
    );
  }
  return {
    team,
    ...(enterprise === undefined ? {} : { enterprise }),
    botUserId: answer.user_id ?? '',
    botId: answer.bot_id ?? '',
    botName: answer.user ?? 'salvor',
    url: answer.url ?? 'https://slack.com/',
  };
}
