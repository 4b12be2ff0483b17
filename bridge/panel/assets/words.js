// Numbers and keys as a person reads them.

const TONICS = ["C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"];
export const KEYS = TONICS.flatMap((tonic) => [`${tonic} major`, `${tonic} minor`]);

export function clock(seconds) {
  const whole = Math.floor(seconds || 0);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

export function counted(number, noun) {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

export function bytes(count) {
  if (!count) return "";
  return count < 1e6 ? `${Math.max(1, Math.round(count / 1e3))} kB` : `${(count / 1e6).toFixed(count < 1e8 ? 1 : 0)} MB`;
}

// "A minor" becomes "Am", "Eb major" becomes "Eb".
export function shortKey(name) {
  const [tonic = "", mode] = (name ?? "").split(" ");
  return tonic + (mode === "minor" ? "m" : "");
}

export function facts(sample) {
  const kind = sample.kind.replace("one-shot/", "");
  return [sample.key && shortKey(sample.key), sample.bpm && `${Math.round(sample.bpm)} BPM`, kind].filter(Boolean).join(" · ");
}
