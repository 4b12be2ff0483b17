/**
 * Strict reading of what comes from outside: the bridge's answers, files, and what Live gives to a command.
 *
 * A `Read<T>` turns an unknown value into a `T` or says in a sentence what does not fit and where. What is not asked for
 * is passed over, so that a newer bridge may say more.
 */

export type Read<T> = (value: unknown, where: string) => T;

/** Thrown for a value that is not what it must be. */
export class Unreadable extends Error {}

/** Returns the value that a JSON text stands for; unlike `JSON.parse`, as something still to be looked at. */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    throw new Unreadable("what came is no JSON");
  }
}

export const text: Read<string> = (value, where) => {
  if (typeof value !== "string") throw new Unreadable(`“${where}” must be text`);
  return value;
};

/** A number, which may have come as a `bigint`. */
export const number: Read<number> = (value, where) => {
  const found = typeof value === "bigint" ? Number(value) : value;
  if (typeof found !== "number" || !Number.isFinite(found)) throw new Unreadable(`“${where}” must be a number`);
  return found;
};

export const whole: Read<number> = (value, where) => {
  const found = number(value, where);
  if (!Number.isSafeInteger(found)) throw new Unreadable(`“${where}” must be a whole number`);
  return found;
};

export const flag: Read<boolean> = (value, where) => {
  if (typeof value !== "boolean") throw new Unreadable(`“${where}” must be true or false`);
  return value;
};

export function listOf<T>(read: Read<T>): Read<readonly T[]> {
  return (value, where) => {
    if (!Array.isArray(value)) throw new Unreadable(`“${where}” must be a list`);
    const entries: readonly unknown[] = value;
    return entries.map((entry, place) => read(entry, `${where}[${place}]`));
  };
}

export function orNull<T>(read: Read<T>): Read<T | null> {
  return (value, where) => (value === null || value === undefined ? null : read(value, where));
}

/** Reads what must be one of a few texts. */
export function oneOf<T extends string>(...choices: readonly T[]): Read<T> {
  return (value, where) => {
    const found = choices.find((choice) => choice === value);
    if (found === undefined) throw new Unreadable(`“${where}” must be one of ${choices.join(", ")}`);
    return found;
  };
}

/** An object, of which fields can be read one by one. */
export class Fields {
  constructor(
    private readonly values: ReadonlyMap<string, unknown>,
    private readonly where: string,
  ) {}

  get<T>(name: string, read: Read<T>): T {
    return read(this.values.get(name), this.where === "" ? name : `${this.where}.${name}`);
  }
}

export const fields: Read<Fields> = (value, where) => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Unreadable(`“${where}” must be an object`);
  }
  return new Fields(new Map<string, unknown>(Object.entries(value)), where);
};
