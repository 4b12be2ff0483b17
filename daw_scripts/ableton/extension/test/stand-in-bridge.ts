/** A bridge that answers as a test says: the HTTP of the real one, with its documents, and no engine. */

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import type { Place } from "../src/bridge-place";
import { fields, type Fields, parseJson, text } from "../src/parsing";

type Answer = { readonly result: unknown } | { readonly error: { reason: string; message: string } } | "works";
type Job = { id: string; verb: string; answer: Answer; looks: number };

export interface Asked {
  readonly id: string;
  readonly verb: string;
  readonly params: Fields;
  readonly body: string;
}

const TOKEN = "a token for tests";

export class StandInBridge {
  readonly asked: Asked[] = [];
  /** What a verb's jobs end with; "works" goes on until it is cancelled. */
  readonly answers = new Map<string, Answer | ((asked: Asked) => Answer)>();
  /** Sent in place of an answer, once each. */
  readonly nonsense: string[] = [];
  token = TOKEN;
  private readonly jobs = new Map<string, Job>();
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
      request.on("end", () => {
        const given = request.headers.authorization;
        const answer = given === `Bearer ${this.token}` ? this.answer(request.method, request.url, body) : REFUSED;
        response.end(this.nonsense.shift() ?? JSON.stringify(answer));
      });
    });
  }

  /** Begins to listen, at another port every time. */
  async start(): Promise<Place> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return { port: (this.server.address() as AddressInfo).port, token: TOKEN };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** What was asked with this verb. */
  of(verb: string): readonly Asked[] {
    return this.asked.filter((asked) => asked.verb === verb);
  }

  private answer(method: string | undefined, url: string | undefined, body: string): unknown {
    if (method === "GET") {
      const job = this.jobs.get((url ?? "").replace("/v1/jobs/", ""));
      return job === undefined ? failed("", "UNKNOWN_JOB", "There is no such job.") : told(job);
    }
    const request = fields(parseJson(body), "request");
    const params = request.get("params", fields);
    const asked = { id: request.get("id", text), verb: request.get("verb", text), params, body };
    this.asked.push(asked);
    if (asked.verb === "cancel" || asked.verb === "forget") return this.order(asked);
    const known = this.jobs.get(asked.id);
    if (known !== undefined) return told(known);
    const answer = this.answers.get(asked.verb) ?? { result: {} };
    const job = {
      id: asked.id,
      verb: asked.verb,
      answer: typeof answer === "function" ? answer(asked) : answer,
      looks: 0,
    };
    this.jobs.set(job.id, job);
    return told(job);
  }

  private order(asked: Asked): unknown {
    const id = asked.params.get("job", text);
    const job = this.jobs.get(id);
    if (asked.verb === "forget") this.jobs.delete(id);
    else if (job !== undefined) job.answer = { error: { reason: "CANCELLED", message: "Cancelled." } };
    return { v: 1, id: asked.id, verb: asked.verb, state: "done", result: {}, error: null, context: null };
  }
}

const REFUSED = failed("", "BAD_TOKEN", "The request does not carry the bridge's token.");

/** The job as it is at the next look: queued, running, then at its end. */
function told(job: Job): unknown {
  job.looks += 1;
  const common = { v: 1, id: job.id, verb: job.verb, queue_position: 0, context: null };
  if (job.looks === 1) return { ...common, state: "queued", fraction: 0, message: "", error: null, result: null };
  if (job.answer === "works" || job.looks === 2) {
    return { ...common, state: "running", fraction: 0.42, message: "Separating", error: null, result: null };
  }
  if ("error" in job.answer) {
    const state = job.answer.error.reason === "CANCELLED" ? "cancelled" : "failed";
    return { ...common, state, fraction: 0.42, message: "", error: job.answer.error, result: null };
  }
  return { ...common, state: "done", fraction: 1, message: "", error: null, result: job.answer.result };
}

function failed(id: string, reason: string, message: string): unknown {
  return { v: 1, id, verb: "", state: "failed", fraction: 0, message: "", error: { reason, message }, result: null };
}
