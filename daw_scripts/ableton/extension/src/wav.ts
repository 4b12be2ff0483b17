/** How long a WAV file is, from its head alone. Live renders to WAV, and says nothing of the result but its name. */

import { open } from "node:fs/promises";

import { Problem } from "./problem";

const HEAD_BYTES = 1 << 16;
const RIFF_BYTES = 12;
const CHUNK_BYTES = 8;

/**
 * Returns the length of a WAV file in seconds.
 *
 * @throws Problem where it is none, or holds no audio.
 */
export async function wavLengthSec(path: string): Promise<number> {
  const file = await open(path);
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    const { bytesRead } = await file.read(head, 0, HEAD_BYTES, 0);
    const lengthSec = lengthOf(head.subarray(0, bytesRead));
    if (lengthSec === null) throw new Problem("Live rendered no audio there. Choose a clip or a range that plays.");
    return lengthSec;
  } finally {
    await file.close();
  }
}

/** Returns the length that a file's first bytes tell; null where they tell none. */
function lengthOf(head: Buffer): number | null {
  if (head.length < RIFF_BYTES || head.toString("latin1", 8, RIFF_BYTES) !== "WAVE") return null;
  let bytesPerSec = 0;
  for (let at = RIFF_BYTES; at + CHUNK_BYTES <= head.length; ) {
    const name = head.toString("latin1", at, at + 4);
    const sizeBytes = head.readUInt32LE(at + 4);
    const content = at + CHUNK_BYTES;
    if (name === "fmt " && content + 16 <= head.length) bytesPerSec = head.readUInt32LE(content + 8);
    if (name === "data") return bytesPerSec > 0 && sizeBytes > 0 ? sizeBytes / bytesPerSec : null;
    at = content + sizeBytes + (sizeBytes % 2); // chunks begin at even places
  }
  return null;
}
