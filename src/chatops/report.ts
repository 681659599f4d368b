import { z } from 'zod';

/** A piece of what is said. Plain strings are shown as they are: nothing in them is ever markup. */
export const Value = z.union([
  z.string(),
  z.object({ time: z.iso.datetime() }),
  z.object({ code: z.string() }),
  /** What others wrote, or must write exactly so: looks like plain text, and is in no language but its own. */
  z.object({ quote: z.string() }),
  /**
   * A command of ours, `runs r-1`: shown as it must be typed where it is read, to be copied. In a sentence it stands last, without a full
   * stop that would be copied with it.
   */
  z.object({ command: z.string() }),
  z.object({ person: z.string() }),
  z.object({ channel: z.string() }),
  z.object({ link: z.string(), label: z.string() }),
]);
export type Value = z.infer<typeof Value>;

/** A run of pieces, shown one after the other. */
export const Text = z.union([z.string(), z.array(Value).readonly()]);
export type Text = z.infer<typeof Text>;

export const Table = z.object({
  caption: z.string(),
  columns: z.array(z.string()).readonly(),
  rows: z.array(z.array(z.union([z.string(), z.number()])).readonly()).readonly(),
  /** Columns, by title, that a narrow terminal may leave out: the first of them is wanted most. None that is to be copied. */
  spare: z.array(z.string()).readonly().optional(),
});
export type Table = z.infer<typeof Table>;

/** Something that was found and is to be dealt with. */
export const Found = z.object({
  /** What it means, in a word or two: 'blocker'. */
  means: z.string(),
  /** What it is about and what was seen of that, if more than its name; several where the same is to be done about them. */
  about: z.array(z.object({ subject: z.string(), seen: z.string().optional() })).readonly(),
  next: z.string(),
});
export type Found = z.infer<typeof Found>;

export const File = z.object({
  name: z.string(),
  title: z.string(),
  /** Said in place of a picture. */
  altText: z.string().optional(),
  base64: z.string(),
});
export type File = z.infer<typeof File>;

/** A button under a report: typing `words` as a command, or something about a run, an approval or an alert. */
export const Action = z.object({
  label: z.string(),
  does: z.enum([
    'retry',
    'logs',
    'steps',
    'cancel',
    'command',
    'approve',
    'reject',
    'withdraw',
    'acknowledge',
    'silence',
  ]),
  /** The id of the run, approval or alert and nothing else; for 'command' the words. */
  on: z.string(),
  style: z.enum(['primary', 'danger']).optional(),
  confirm: z.string().optional(),
});
export type Action = z.infer<typeof Action>;

export const Fact = z.object({
  label: z.string(),
  value: Text,
  /** One of the two or three that matter most: a run's card shows it; the others stand in the run's thread. */
  onCard: z.boolean().optional(),
});
export type Fact = z.infer<typeof Fact>;

/** What to say. Knows nothing of Slack; can be stored as JSON. */
export const Report = z.object({
  tone: z.enum(['good', 'warning', 'bad', 'neutral']),
  title: z.string(),
  text: Text.optional(),
  facts: z.array(Fact).readonly().optional(),
  table: Table.optional(),
  /** Worst first. Shown below each other, as a table of sentences is wider than any screen. */
  found: z.array(Found).readonly().optional(),
  /** After a failure, and of a plan: what was changed. "nothing" is an answer, silence is not. */
  changed: Text.optional(),
  next: Text.optional(),
  file: File.optional(),
  /** What goes with that file, such as the same for programs. */
  moreFiles: z.array(File).readonly().optional(),
  /**
   * What a script learns from a run that is done, where the tone does not say it: whoever sets it says in the README what it means. From 64 on
   * codes say that nothing was begun.
   */
  exitCode: z.int().min(0).max(63).optional(),
  /**
   * Of approved work that went well so far and ends here with steps left: what it is done to stays held until somebody goes on with it or takes it
   * back. To be said only after a step that changed something.
   */
  isPaused: z.literal(true).optional(),
  /** Numbers for machines, in the units their names say: { databaseBytes: 1, seconds: 2 }. Not shown. */
  measures: z.record(z.string(), z.number()).optional(),
  actions: z.array(Action).readonly().optional(),
});
export type Report = z.infer<typeof Report>;

export const filesOf = ({ file, moreFiles = [] }: Report): readonly File[] => (file ? [file, ...moreFiles] : moreFiles);
