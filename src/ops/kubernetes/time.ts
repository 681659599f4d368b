import { z } from 'zod';

/** A time as text whatever a client makes of it; empty times are none. */
export const Time = z
  .string()
  .nullish()
  .transform((text) => (text ? new Date(text) : undefined))
  .refine((date) => date === undefined || !Number.isNaN(date.getTime()), 'must be a time');
