/** Whether something is kept up: `at` is when the API server told of it, by its own clock. To be asked at every look, of everything. */
export type IsRenewed = (name: string, renewedAt: Date | undefined, at: Date) => boolean;

/**
 * Tells what somebody alive has renewed since the first look from what only lies there, as everything does right after a restore. Either it was
 * renewed later than that, by the API server's clock; or it is another time than at first: who renews writes their own clock, which may be behind.
 */
export function createRenewals(): IsRenewed {
  const first = new Map<string, number>();
  let since: number | undefined;
  return (name, renewedAt, at) => {
    since ??= at.getTime();
    if (renewedAt === undefined) return false;
    const time = renewedAt.getTime();
    if (!first.has(name)) first.set(name, time);
    return time > since || time !== first.get(name);
  };
}
