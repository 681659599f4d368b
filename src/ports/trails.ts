/** Which traces were about a run, an approval or a group of alerts: kept with it, as long as it is. */
export interface Trails {
  /**
   * Leaves `here` (a W3C traceparent) with what has this id, and answers what other traces left there before, oldest first. Once a trace has left something it
   * changes nothing and answers nothing; nor does what is not there. Of very many the first one and the latest are kept. Throws Fault (port 'trails').
   */
  leave(id: string, here: string): Promise<readonly string[]>;
}
