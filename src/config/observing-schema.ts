import { z } from 'zod';
import { BaseUrl, Port, Variable } from './pieces.ts';

/** Where traces of what was asked and done are sent to. */
export const Traces = z.strictObject({
  /** Of a collector that takes OTLP over http; without it $OTEL_EXPORTER_OTLP_ENDPOINT. */
  endpoint: BaseUrl.optional(),
  /** The variable that holds the bearer token which the collector wants. */
  token: Variable.optional(),
  /** Of all traces; 1 is all of them. */
  share: z.number().min(0).max(1).default(1),
});

/** A page that shows what lies in the queues, to operators of Salvor itself. It changes nothing. */
export const QueuePage = z
  .strictObject({
    listen: z.strictObject({ host: z.string().default('127.0.0.1'), port: Port.default(9467) }).prefault({}),
    /** Who signs in with a browser, and the variable that holds the password. */
    username: z
      .string()
      .min(1)
      .regex(/^[^:\p{C}]*$/u, 'must have no colon')
      .default('salvor'),
    password: Variable.optional(),
    /** The variable that holds a bearer token, for programs. */
    token: Variable.optional(),
  })
  .refine(({ password, token }) => password !== undefined || token !== undefined, {
    path: ['password'],
    message: 'must be given, or token: anybody could look into the queues',
  });
