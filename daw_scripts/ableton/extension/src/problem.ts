/** What is told to the user: a sentence that says what went wrong and what to do. */

export class Problem extends Error {}

/** Thrown where the user has cancelled; nothing is told then. */
export class Cancelled extends Error {}

/** Returns the sentence for whatever was thrown. */
export function sentenceOf(error: unknown): string {
  if (error instanceof Problem) return error.message;
  const told = error instanceof Error ? error.message : String(error);
  return `Something unexpected happened: ${told}`;
}
