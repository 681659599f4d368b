import type { ServerResponse } from 'node:http';
import { StatusError, TextError } from './status-error.ts';

export function sendError(response: ServerResponse, error: unknown): void {
  if (error instanceof TextError) {
    if (error.retryAfterSeconds !== undefined) response.setHeader('Retry-After', String(error.retryAfterSeconds));
    sendText(response, { code: error.code, text: error.message, isSniffable: error.isSniffable });
    return;
  }
  const status =
    error instanceof StatusError
      ? error
      : new StatusError({ code: 500, reason: 'InternalError', message: `Internal error occurred: ${String(error)}` });
  const retryAfter = status.status.details?.retryAfterSeconds;
  if (retryAfter !== undefined) response.setHeader('Retry-After', String(retryAfter));
  if (status.code === 403) response.setHeader('X-Content-Type-Options', 'nosniff');
  sendJson(response, status.code, JSON.stringify(status.body));
}

interface Text {
  readonly code: number;
  readonly text: string;
  readonly type?: string;
  /** Said by most layers of an API server, but not by all. */
  readonly isSniffable?: boolean;
}

export function sendText(response: ServerResponse, { code, text, type, isSniffable }: Text): void {
  if (!isSniffable) response.setHeader('X-Content-Type-Options', 'nosniff');
  const headers = { 'Content-Type': type ?? 'text/plain; charset=utf-8', 'Content-Length': Buffer.byteLength(text) };
  response.writeHead(code, headers);
  response.end(text);
}

export function sendJson(response: ServerResponse, code: number, text: string): void {
  response.writeHead(code, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
  response.end(text);
}
