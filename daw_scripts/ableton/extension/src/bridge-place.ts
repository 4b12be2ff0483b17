/**
 * Where the bridge is: its port and its token.
 *
 * Live lets an extension read its own folders and nothing else, so the bridge writes `bridge.json` into the extension's
 * folder too, if the user has named that folder: `auxsend config set live_extension FOLDER`. Where an extension may read
 * more, as in Developer Mode, `bridge.json` and `bridge.token` in the bridge's state folder do.
 */

import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

import { fields, orNull, parseJson, text, whole } from "./parsing";
import { Problem } from "./problem";

export interface Place {
  readonly port: number;
  readonly token: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Returns the bridge's state folder, as the bridge itself chooses it. */
export function stateFolder(environment: Environment, platform: string, home: string = homedir()): string {
  const own = environment["AUXSEND_HOME"];
  if (own !== undefined && own !== "") return join(own, "state");
  if (platform === "win32") return join(environment["LOCALAPPDATA"] ?? join(home, "AppData", "Local"), "auxsend");
  if (platform === "darwin") return join(home, "Library", "Application Support", "auxsend");
  return join(environment["XDG_STATE_HOME"] ?? join(home, ".local", "state"), "auxsend");
}

/**
 * Returns where the running bridge is.
 *
 * @param storageFolder - the extension's own folder, if Live has given it one.
 * @param state - the bridge's state folder.
 * @throws Problem where no bridge runs that can be found.
 */
export async function findBridge(storageFolder: string | undefined, state: string): Promise<Place> {
  for (const folder of storageFolder === undefined ? [state] : [storageFolder, state]) {
    const place = await placeIn(folder);
    if (place !== null) return place;
  }
  const advice =
    storageFolder === undefined
      ? ""
      : ` If it runs, tell it once where this extension may read: auxsend config set live_extension "${storageFolder}"`;
  throw new Problem(`No bridge of AuxSend is found. Start it with “auxsend bridge”.${advice}`);
}

/** Returns the place that a folder tells; null where it tells none, or may not be read. */
async function placeIn(folder: string): Promise<Place | null> {
  try {
    const found = fields(parseJson(await readFile(join(folder, "bridge.json"), "utf8")), "bridge.json");
    const token = found.get("token", orNull(text)) ?? (await readFile(join(folder, "bridge.token"), "utf8")).trim();
    return { port: found.get("http_port", whole), token };
  } catch {
    return null;
  }
}
