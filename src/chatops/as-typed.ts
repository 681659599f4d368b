/**
 * A command as it must be typed here, to be copied whole: `/salvor runs r-1`; in a terminal with program, quotes and --as around it.
 * In a sentence it stands last or as code, without a full stop that would be copied with it.
 */
export type AsTyped = (words: string) => string;
