/** Pages that Live shows: a message, and a list to choose samples from. They load nothing, and hold no markup but ours. */

import type { ExtensionContext } from "@ableton-extensions/sdk";

import type { Sample } from "./documents";
import { listOf, parseJson, whole } from "./parsing";

const STYLE = `
  body { font: 13px system-ui, sans-serif; background: #2a2a2a; color: #ddd; margin: 16px; }
  ul { list-style: none; padding: 0; max-height: 300px; overflow-y: auto; }
  li { padding: 4px 0; } small { color: #999; display: block; margin-left: 24px; }
  button { margin: 8px 8px 0 0; padding: 4px 16px; }`;

/** How a page ends, in Live on macOS and in Live on Windows. */
const SEND = `
  function send(text) {
    const message = { method: "close_and_send", params: [text] };
    const host = window.webkit ? window.webkit.messageHandlers.live : window.chrome.webview;
    host.postMessage(message);
  }`;

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
  ["'", "&#39;"],
]);

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES.get(character) ?? character);
}

function page(body: string, script: string): string {
  const html = `<!doctype html><meta charset="utf-8"><style>${STYLE}</style>${body}<script>${SEND}${script}</script>`;
  return `data:text/html;charset=utf-8,${encodeURIComponent(html)}`;
}

/** Shows sentences until they are closed. */
export async function showMessage(context: ExtensionContext, sentences: readonly string[]): Promise<void> {
  const body = sentences.map((sentence) => `<p>${escaped(sentence)}</p>`).join("");
  const button = `<button autofocus onclick="send('')">OK</button>`;
  await context.ui.showModalDialog(page(body + button, ""), 440, 140 + 40 * sentences.length);
}

/** Returns those of the samples that the user chooses; none where the list is closed without. */
export async function chooseSamples(context: ExtensionContext, samples: readonly Sample[]): Promise<readonly Sample[]> {
  const answer = await context.ui.showModalDialog(pickList(samples), 520, 440);
  if (answer === "") return [];
  const places = listOf(whole)(parseJson(answer), "choice");
  return places.flatMap((place) => samples[place] ?? []);
}

/** Returns the page of the list; it sends the places of those that are ticked, as JSON. */
export function pickList(samples: readonly Sample[]): string {
  const rows = samples.map(row).join("");
  const script = `
  function insert() {
    const ticked = [...document.querySelectorAll("input:checked")].map((box) => Number(box.value));
    send(ticked.length ? JSON.stringify(ticked) : "");
  }`;
  const buttons = `<button onclick="insert()">Insert</button><button onclick="send('')">Cancel</button>`;
  return page(`<p>Samples that go with it, best first:</p><ul>${rows}</ul>${buttons}`, script);
}

function row(sample: Sample, place: number): string {
  const facts = [sample.kind, sample.key, sample.quarterBpm > 0 ? `${sample.quarterBpm} BPM` : ""];
  const why = sample.path === null ? ["its file is not on this machine"] : sample.why;
  const small = [...facts, ...why].filter((fact) => fact !== "").join(" · ");
  const box = `<input type="checkbox" value="${place}"${sample.path === null ? " disabled" : ""}>`;
  return `<li><label>${box} ${escaped(sample.name)}</label><small>${escaped(small)}</small></li>`;
}
