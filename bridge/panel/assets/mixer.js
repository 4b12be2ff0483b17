// Stems that play together to the sample: one AudioContext, all decoded first, all started at the same moment of its clock.
//
// A lane is {name, url}. The lane "mix" is what was split: it is heard instead of all others, for comparison.
let shared = null;

const AHEAD_SEC = 0.06; // from the order to the first sample, so that every source is in time for it
const RAMP_SEC = 0.015; // a gain that jumps clicks

export class Mixer {
  constructor(lanes, changed = () => {}) {
    this.lanes = lanes.map((lane) => ({ ...lane, isSolo: false, isMuted: false, volume: 1, buffer: null, source: null }));
    this.changed = changed;
    this.isMixHeard = false;
    this.isPlaying = false;
    this.restSec = 0;
  }

  // Fetches and decodes every lane that is not there yet.
  async load() {
    shared ??= new AudioContext();
    this.context = shared;
    if (!this.output) {
      this.output = this.context.createGain();
      this.output.connect(this.context.destination);
    }
    await Promise.all(this.lanes.map((lane) => this.loadLane(lane)));
    this.durationSec = Math.max(...this.lanes.map((lane) => lane.buffer.duration));
  }

  async loadLane(lane) {
    if (lane.buffer) return;
    const answer = await fetch(lane.url);
    if (!answer.ok) throw new Error((await answer.text()).trim());
    lane.buffer = await this.context.decodeAudioData(await answer.arrayBuffer());
    lane.gain = this.context.createGain();
    lane.gain.gain.value = this.levelOf(lane);
    lane.gain.connect(this.output);
  }

  async play(fromSec = this.positionSec) {
    await this.load();
    await this.context.resume();
    this.silence();
    const offsetSec = fromSec >= this.durationSec ? 0 : Math.max(0, fromSec);
    const when = this.context.currentTime + AHEAD_SEC;
    for (const lane of this.lanes) {
      lane.source = new AudioBufferSourceNode(this.context, { buffer: lane.buffer });
      lane.source.connect(lane.gain);
      lane.source.start(when, offsetSec);
      lane.begin = { when, offsetSec };
    }
    this.begin = { when, offsetSec };
    this.isPlaying = true;
    this.longest().source.onended = () => this.ended();
    this.changed();
  }

  longest() {
    return this.lanes.reduce((best, lane) => (lane.buffer.duration > best.buffer.duration ? lane : best));
  }

  ended() {
    if (this.isPlaying && this.positionSec >= this.durationSec - 0.01) this.pause(0);
  }

  pause(restSec = this.positionSec) {
    this.restSec = restSec;
    this.silence();
    this.changed();
  }

  seek(toSec) {
    if (this.isPlaying) return this.play(toSec);
    this.restSec = Math.max(0, Math.min(toSec, this.durationSec ?? Infinity));
    this.changed();
    return Promise.resolve();
  }

  silence() {
    for (const lane of this.lanes) {
      if (!lane.source) continue;
      lane.source.onended = null;
      lane.source.stop();
      lane.source.disconnect();
      lane.source = null;
    }
    this.isPlaying = false;
  }

  get positionSec() {
    if (!this.isPlaying) return this.restSec;
    const { when, offsetSec } = this.begin;
    return Math.min(this.durationSec, offsetSec + Math.max(0, this.context.currentTime - when));
  }

  // Where every lane is, by its own source: equal at any moment, if all is well.
  positions() {
    const now = this.context?.currentTime ?? 0;
    const place = (lane) => (lane.source ? lane.begin.offsetSec + Math.max(0, now - lane.begin.when) : this.restSec);
    return Object.fromEntries(this.lanes.map((lane) => [lane.name, place(lane)]));
  }

  set(name, changes) {
    Object.assign(this.lanes.find((lane) => lane.name === name), changes);
    this.level();
  }

  hearMix(isMixHeard) {
    this.isMixHeard = isMixHeard;
    this.level();
  }

  level() {
    for (const lane of this.lanes) lane.gain?.gain.setTargetAtTime(this.levelOf(lane), this.context.currentTime, RAMP_SEC);
    this.changed();
  }

  levelOf(lane) {
    const isMix = lane.name === "mix";
    if (isMix || this.isMixHeard) return isMix && this.isMixHeard ? lane.volume : 0;
    const isAnySolo = this.lanes.some((other) => other.isSolo);
    return (isAnySolo ? lane.isSolo : !lane.isMuted) ? lane.volume : 0;
  }

  close() {
    this.silence();
    this.output?.disconnect();
    this.lanes.forEach((lane) => (lane.buffer = null));
  }
}
