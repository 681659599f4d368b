/** The time, so that tests can own it. */
export interface Clock {
  now(): Date;
}
