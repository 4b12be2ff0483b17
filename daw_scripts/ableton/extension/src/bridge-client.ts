/**
 * A client of the bridge: sends a request, follows its job, cancels it when the user does.
 *
 * The same request sent twice is one job, so whenever the bridge does not answer, or does not know the job any more, the
 * request is sent again to wherever the bridge then is: a bridge that was started anew goes on with it.
 */

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

import type { Place } from "./bridge-place";
import { type Job, readJob } from "./documents";
import { parseJson, type Read, Unreadable } from "./parsing";
import { Cancelled, Problem } from "./problem";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

export interface Timing {
  readonly pollMsec: number;
  /** How long a single answer may take. */
  readonly answerMsec: number;
  /** How long a bridge may be away before that is told. */
  readonly patienceMsec: number;
}

const TIMING: Timing = { pollMsec: 250, answerMsec: 10_000, patienceMsec: 20_000 };
const VERSION = 1;

interface Request {
  readonly v: number;
  readonly id: string;
  readonly host: string;
  readonly verb: string;
  readonly params: Json;
}

export class BridgeClient {
  constructor(
    private readonly find: () => Promise<Place>,
    private readonly timing: Timing = TIMING,
  ) {}

  /**
   * Returns the result of a request, once its job is done.
   *
   * @param watch - told every state of the job on the way.
   * @throws Problem with the bridge's sentence where it refuses or fails, or is away for too long.
   * @throws Cancelled where `signal` is aborted; the job is then cancelled too.
   */
  async run<T>(
    verb: string,
    params: Json,
    read: Read<T>,
    signal: AbortSignal,
    watch: (job: Job) => Promise<void> = async () => {},
  ): Promise<T> {
    const request = newRequest(verb, params);
    try {
      const job = await this.follow(request, signal, watch);
      if (job.state === "cancelled") throw new Cancelled();
      if (job.state === "failed") throw new Problem(job.error?.message ?? "The bridge could not do that.");
      return understood(read, job.result);
    } finally {
      // A job that nobody will ask for again: cancelled where it has not ended, then dropped.
      if (signal.aborted) await this.tell("cancel", request.id);
      await this.tell("forget", request.id);
    }
  }

  /** Sends what needs no answer, and lets nothing that goes wrong with it be heard. */
  async tell(verb: "cancel" | "forget", job: string): Promise<void> {
    try {
      await this.ask("POST", "/v1/requests", newRequest(verb, { job }));
    } catch {
      // the bridge forgets by itself
    }
  }

  private async follow(request: Request, signal: AbortSignal, watch: (job: Job) => Promise<void>): Promise<Job> {
    let isSent = false;
    let lastAnswer = 0; // a bridge that never answered is told at once, one that goes away is waited for
    for (;;) {
      if (signal.aborted) throw new Cancelled();
      try {
        const job: Job = await (isSent
          ? this.ask("GET", `/v1/jobs/${request.id}`)
          : this.ask("POST", "/v1/requests", request));
        lastAnswer = Date.now();
        isSent = job.error?.reason !== "UNKNOWN_JOB";
        if (isSent) {
          await watch(job);
          if (job.state !== "queued" && job.state !== "running") return job;
        }
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        if (Date.now() - lastAnswer > this.timing.patienceMsec) throw error.problem;
        isSent = false;
      }
      await sleep(this.timing.pollMsec);
    }
  }

  /** Returns the bridge's answer, whatever it says. */
  private async ask(method: "GET" | "POST", path: string, request?: Request): Promise<Job> {
    const answer = await this.fetched(method, path, request === undefined ? undefined : JSON.stringify(request));
    return understood(readJob, parsed(answer));
  }

  private async fetched(method: string, path: string, body: string | undefined): Promise<string> {
    try {
      const place = await this.find();
      const answer = await fetch(`http://127.0.0.1:${place.port}${path}`, {
        method,
        headers: { authorization: `Bearer ${place.token}`, "content-type": "application/json" },
        signal: AbortSignal.timeout(this.timing.answerMsec),
        ...(body === undefined ? {} : { body }),
      });
      return await answer.text();
    } catch (error) {
      throw new NoAnswer(
        error instanceof Problem ? error : new Problem("The bridge does not answer. Start it with “auxsend bridge”."),
      );
    }
  }
}

/** Thrown where nothing came back. */
class NoAnswer extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

function newRequest(verb: string, params: Json): Request {
  return { v: VERSION, id: `live-${randomUUID()}`, host: "live-extension", verb, params };
}

function parsed(answer: string): unknown {
  try {
    return parseJson(answer);
  } catch {
    throw new Problem("Something else than a bridge of AuxSend answers at its port. Start the bridge again.");
  }
}

function understood<T>(read: Read<T>, value: unknown): T {
  try {
    return read(value, "");
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    throw new Problem(
      `The bridge's answer cannot be read: ${error.message}. Bridge and extension are of two versions.`,
    );
  }
}
