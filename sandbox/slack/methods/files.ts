import { announceMessage } from '../events.ts';
import { ApiError, refusedWith } from '../failures.ts';
import { asRecords, asText } from '../json.ts';
import { fileJson } from '../message-json.ts';
import { findMessage, postMessage } from '../messages.ts';
import type { JsonObject, StoredFile } from '../model.ts';
import { messageBlocks } from '../stored-blocks.ts';
import { type Call, type Methods, writableChannel } from './method.ts';

export const filesMethods = {
  'files.getUploadURLExternal': { tier: 4, scopes: ['files:write'], run: uploadUrl },
  'files.completeUploadExternal': { tier: 4, scopes: ['files:write'], run: complete },
  'files.info': { tier: 4, scopes: ['files:read'], run: info },
  'files.delete': { tier: 3, scopes: ['files:write'], run: remove },
} as const satisfies Methods;

function uploadUrl({ args, slack }: Call): JsonObject {
  const name = args.required('filename');
  const lengthBytes = args.number('length', Number.NaN);
  if (!Number.isInteger(lengthBytes) || lengthBytes <= 0) {
    throw refusedWith('invalid_arguments', ['must be greater than 0 [json-pointer:/length]']);
  }
  const { id, url } = slack.uploads.promise({ name, lengthBytes, altText: args.text('alt_text') });
  return { upload_url: url, file_id: id };
}

/** Shares the uploaded files as one message, or keeps them private when no channel is named. */
function complete(call: Call): JsonObject {
  const { args, state, slack } = call;
  const asked = asRecords(args.json('files', 'invalid_arguments'));
  if (asked.length === 0) throw refusedWith('invalid_arguments', ['missing required field: files']);
  const channel = args.has('channel_id') ? writableChannel(state, args.text('channel_id')) : undefined;
  const blocks = messageBlocks(state, args.json('blocks', 'invalid_blocks_format'));
  const threadTs = args.text('thread_ts');
  if (channel && threadTs && !findMessage(state, channel.id, threadTs)) throw new ApiError('invalid_thread_ts');
  const files = asked.map((each) => slack.uploads.complete(asText(each.id), asText(each.title)));
  if (channel) {
    const message = postMessage(state, {
      channel: channel.id,
      user: state.app.botUserId,
      byApp: true,
      text: args.text('initial_comment'),
      blocks,
      files,
      ...(threadTs ? { thread_ts: threadTs } : {}),
    });
    announceMessage(slack, channel, message);
  }
  return { files: files.map((file) => ({ ...fileJson(state, file), channels: channel ? [channel.id] : [] })) };
}

function stored({ args, state }: Call): StoredFile {
  const file = state.files.get(args.required('file'));
  if (!file) throw new ApiError('file_not_found');
  return file;
}

function info(call: Call): JsonObject {
  return { file: fileJson(call.state, stored(call)), comments: [], response_metadata: { next_cursor: '' } };
}

function remove(call: Call): JsonObject {
  const file = stored(call);
  call.state.files.delete(file.id);
  for (const ofChannel of call.state.messages.values()) {
    for (const message of ofChannel.values()) {
      const files = message.files.filter((each) => each.id !== file.id);
      if (files.length < message.files.length) ofChannel.set(message.ts, { ...message, files });
    }
  }
  call.state.changed();
  return {};
}
