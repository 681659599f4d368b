/** Each step of the plan, and where a fault finds it half done. */
export const steps = [
  ['Check the host', 'done'],
  ['Load the images of 2.12.4', 'after load'],
  ['Make 2.10.3 read-only', 'done'],
  ['Wait for the jobs of 2.10.3', 'begin'],
  ['Write down what 2.10.3 holds', 'done'],
  ['Stop 2.10.3', 'after down'],
  ['Copy the database of 2.10.3', 'cp before-2.10.3.part'],
  ['Set 2.10.3 aside', 'done'],
  ['Unpack 2.12.4', 'cp harbor.new-'],
  ['Migrate the configuration to 2.12.4', 'after migrate'],
  ['Prepare 2.12.4', 'after prepare'],
  ['Install 2.12.4', 'after up -d'],
  ['Wait until 2.12.4 is healthy', 'begin'],
  ['Compare what 2.12.4 holds', 'done'],
  ['Pull from 2.12.4', 'done'],
  ['Make 2.12.4 writable', 'done'],
  ['Clear away', 'done'],
] as const;
export type StepName = (typeof steps)[number][0];
/** What is held for that, see `hold` in harbor-house.ts. */
export const half = (step: StepName | undefined): string => {
  const place = steps.find(([name]) => name === step)?.[1] ?? '';
  return /^(begin|done)$/.test(place) ? `${place}: ${step}` : place;
};

/** Those that change something, or come after such. */
export const changing = steps.slice(2).map(([name]) => name);
