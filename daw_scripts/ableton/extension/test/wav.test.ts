import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { wavLengthSec } from "../src/wav";
import { wav } from "./modules/@ableton-extensions/sdk";
import { newFolder } from "./studio";

function file(content: Buffer): string {
  const path = join(newFolder(), "a.wav");
  writeFileSync(path, content);
  return path;
}

test("a file is as long as its samples at its rate", async () => {
  assert.equal(await wavLengthSec(file(wav(66_150))), 1.5);
});

test("chunks before the samples, of odd sizes too, are passed over", async () => {
  const chunk = Buffer.alloc(8 + 3 + 1);
  chunk.write("LIST", "latin1");
  chunk.writeUInt32LE(3, 4);
  assert.equal(await wavLengthSec(file(wav(44_100, chunk))), 1);
});

for (const [what, content] of [
  ["no samples", wav(0)],
  ["another kind of file", Buffer.from("FORM\0\0\0\0AIFFCOMM")],
  ["a head cut off", wav(100).subarray(0, 30)],
  ["nothing", Buffer.alloc(0)],
] as const) {
  test(`${what} is told as no audio`, async () => {
    await assert.rejects(wavLengthSec(file(content)), /rendered no audio/);
  });
}
