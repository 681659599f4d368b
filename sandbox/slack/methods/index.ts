import { chatMethods } from './chat.ts';
import { conversationsMethods } from './conversations.ts';
import { filesMethods } from './files.ts';
import type { Method } from './method.ts';
import { peopleMethods, tokenMethods } from './people.ts';
import { reactionsMethods } from './reactions.ts';
import { viewsMethods } from './views.ts';

/** Every Web API method the local Slack has; any other answers `unknown_method`. */
export const methods: ReadonlyMap<string, Method> = new Map<string, Method>(
  Object.entries({
    ...tokenMethods,
    ...chatMethods,
    ...conversationsMethods,
    ...peopleMethods,
    ...reactionsMethods,
    ...viewsMethods,
    ...filesMethods,
  }),
);
