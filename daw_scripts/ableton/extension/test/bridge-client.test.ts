import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";

import { BridgeClient } from "../src/bridge-client";
import type { Place } from "../src/bridge-place";
import { fields, number, text } from "../src/parsing";
import { Cancelled, Problem } from "../src/problem";
import { StandInBridge } from "./stand-in-bridge";

const TIMING = { pollMsec: 1, answerMsec: 10_000, patienceMsec: 100 };
const readCount = (value: unknown): number => fields(value, "result").get("count", number);
const never = new AbortController().signal;

async function started(t: TestContext): Promise<{ bridge: StandInBridge; client: BridgeClient; place: Place }> {
  const bridge = new StandInBridge();
  t.after(() => bridge.stop());
  const place = await bridge.start();
  return { bridge, place, client: new BridgeClient(async () => place, TIMING) };
}

test("a job is followed to its end, and then forgotten", async (t) => {
  const { bridge, client } = await started(t);
  bridge.answers.set("split", { result: { count: 3 } });
  const states: string[] = [];
  const watch = async (job: { state: string; fraction: number }): Promise<void> =>
    void states.push(`${job.state} ${job.fraction}`);
  assert.equal(await client.run("split", { name: "Größe 音" }, readCount, never, watch), 3);
  assert.deepEqual(states, ["queued 0", "running 0.42", "done 1"]);
  const [split] = bridge.of("split");
  assert.match(split?.id ?? "", /^[A-Za-z0-9_-]{8,64}$/);
  assert.equal(split?.params.get("name", text), "Größe 音");
  assert.deepEqual(
    bridge.of("forget").map((asked) => asked.params.get("job", text)),
    [split?.id],
  );
});

test("what a job failed with is said in the bridge's words", async (t) => {
  const { bridge, client } = await started(t);
  bridge.answers.set("split", { error: { reason: "INVALID_AUDIO", message: "“a.wav” is no audio." } });
  await assert.rejects(client.run("split", {}, readCount, never), new Problem("“a.wav” is no audio."));
});

test("a wrong token is a refusal, and is not tried again", async (t) => {
  const { bridge, client } = await started(t);
  bridge.token = "another";
  await assert.rejects(client.run("split", {}, readCount, never), /does not carry the bridge's token/);
  assert.equal(bridge.asked.length, 0);
});

test("cancelling cancels the job on the bridge", async (t) => {
  const { bridge, client } = await started(t);
  bridge.answers.set("split", "works");
  const controller = new AbortController();
  const run = client.run("split", {}, readCount, controller.signal, async (job) => {
    if (job.state === "running") controller.abort();
  });
  await assert.rejects(run, Cancelled);
  assert.deepEqual(
    bridge.asked.map((asked) => asked.verb),
    ["split", "cancel", "forget"],
  );
});

test("a job that was cancelled elsewhere ends like one that was cancelled here", async (t) => {
  const { bridge, client } = await started(t);
  bridge.answers.set("split", { error: { reason: "CANCELLED", message: "" } });
  await assert.rejects(client.run("split", {}, readCount, never), Cancelled);
});

test("a bridge that starts anew, elsewhere, is sent the same request again", async (t) => {
  const first = new StandInBridge();
  const second = new StandInBridge();
  t.after(() => second.stop());
  let place = await first.start();
  const client = new BridgeClient(async () => place, { ...TIMING, patienceMsec: 5000 });
  first.answers.set("split", "works");
  second.answers.set("split", { result: { count: 1 } });
  let isMoved = false;
  const found = await client.run("split", {}, readCount, never, async (job) => {
    if (isMoved || job.state !== "running") return;
    isMoved = true;
    await first.stop();
    place = await second.start();
  });
  assert.equal(found, 1);
  assert.deepEqual(
    second.of("split").map((asked) => asked.id),
    first.of("split").map((asked) => asked.id),
  );
});

test("a job that the bridge does not know any more is asked for again", async (t) => {
  const { bridge, client } = await started(t);
  bridge.answers.set("split", { result: { count: 2 } });
  let isForgotten = false;
  const found = await client.run("split", {}, readCount, never, async (job) => {
    if (!isForgotten) await client.tell("forget", job.id);
    isForgotten = true;
  });
  assert.equal(found, 2);
  assert.equal(bridge.of("split").length, 2);
});

test("a bridge that goes away for too long is told", async (t) => {
  const { bridge, client } = await started(t);
  bridge.answers.set("split", "works");
  const run = client.run("split", {}, readCount, never, async (job) => {
    if (job.state === "running") await bridge.stop();
  });
  await assert.rejects(run, /does not answer. Start it with “auxsend bridge”/);
});

test("no bridge at all is told at once", async (t) => {
  const { bridge, place } = await started(t);
  await bridge.stop();
  const client = new BridgeClient(async () => place, { ...TIMING, patienceMsec: 60_000 });
  await assert.rejects(client.run("split", {}, readCount, never), /does not answer/);
});

test("what cannot be read is told, and where", async (t) => {
  const { bridge, client } = await started(t);
  for (const [answer, sentence] of [
    ["<html>", /Something else than a bridge/],
    ["[]", /cannot be read: .* must be an object/],
    ['{"id": "x", "state": "asleep"}', /“state” must be one of queued, running/],
    ['{"id": 7, "state": "done"}', /“id” must be text/],
  ] as const) {
    bridge.nonsense.push(answer);
    await assert.rejects(client.run("split", {}, readCount, never), sentence);
  }
  bridge.answers.set("split", { result: { count: "three" } });
  await assert.rejects(client.run("split", {}, readCount, never), /“result.count” must be a number/);
});
