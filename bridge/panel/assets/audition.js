// Plays one sample at a time through an audio element: at the project's tempo, and in its key on request.
//
// Tempo is the element's playback rate, which keeps the pitch. For another pitch the sample is read faster or slower
// once (an offline context resamples it), which moves pitch and speed together; the playback rate then undoes the speed.
import { reasonOf } from "/assets/player.js";
import { endTurn, takeTurn } from "/assets/turn.js";
import { encodeWav } from "/assets/wav.js";

const SAMPLE_RATE_HZ = 48000;
const MOST_KEPT = 12;
const VOLUME_KEY = "auxsend-volume";

export class Audition {
  // `changed` is called with {id, isLoading, fraction} whenever one of them changes.
  constructor(changed) {
    this.changed = changed;
    this.kept = new Map();
    this.number = 0;
    this.id = null;
    this.element = document.createElement("audio");
    this.element.id = "audition";
    this.element.volume = Number(localStorage.getItem(VOLUME_KEY) ?? 0.8);
    this.stop = this.stop.bind(this);
    this.element.addEventListener("ended", this.stop);
    this.element.hidden = true;
    document.body.append(this.element);
  }

  get volume() {
    return this.element.volume;
  }

  set volume(value) {
    this.element.volume = value;
    localStorage.setItem(VOLUME_KEY, String(value));
  }

  // Plays a row of the list. Rejects with a sentence where it cannot be played.
  async play(row, { isInTempo, isInKey }) {
    this.stop();
    takeTurn(this.stop);
    const number = (this.number += 1);
    this.id = row.id;
    this.tell(true, 0);
    const semitones = isInKey ? row.semitones : 0;
    const ratio = 2 ** (semitones / 12);
    const url = `/media/samples/${row.id}`;
    try {
      const source = semitones ? await this.transposed(url, row.id, semitones) : url;
      if (number !== this.number) return;
      this.element.src = source;
      this.element.loop = row.kind.startsWith("loop");
      this.element.preservesPitch = true;
      this.element.playbackRate = (isInTempo ? row.playrate : 1) / ratio;
      await this.element.play();
    } catch (error) {
      if (number !== this.number || error.name === "AbortError") return;
      this.stop();
      throw new Error(`“${row.name}” cannot be played here: ${await reason(row.id)}`);
    }
    if (number === this.number) this.follow(number);
  }

  stop() {
    this.number += 1;
    this.id = null;
    this.element.pause();
    endTurn(this.stop);
    this.tell(false, 0);
  }

  follow(number) {
    if (number !== this.number) return;
    this.tell(false, this.element.duration ? this.element.currentTime / this.element.duration : 0);
    requestAnimationFrame(() => this.follow(number));
  }

  tell(isLoading, fraction) {
    this.changed({ id: this.id, isLoading, fraction });
  }

  async transposed(url, id, semitones) {
    const key = `${id} ${semitones}`;
    if (!this.kept.has(key)) {
      const answer = await fetch(url);
      if (!answer.ok) throw new Error("it cannot be had");
      this.kept.set(key, URL.createObjectURL(await resampled(await answer.arrayBuffer(), 2 ** (semitones / 12))));
      for (const [oldest, address] of [...this.kept].slice(0, Math.max(0, this.kept.size - MOST_KEPT))) {
        URL.revokeObjectURL(address);
        this.kept.delete(oldest);
      }
    }
    return this.kept.get(key);
  }
}

async function resampled(content, ratio) {
  const audio = await new OfflineAudioContext(1, 1, SAMPLE_RATE_HZ).decodeAudioData(content);
  const length = Math.max(1, Math.ceil(audio.length / ratio));
  const context = new OfflineAudioContext(audio.numberOfChannels, length, SAMPLE_RATE_HZ);
  const source = context.createBufferSource();
  source.buffer = audio;
  source.playbackRate.value = ratio;
  source.connect(context.destination);
  source.start();
  const rendered = await context.startRendering();
  const channels = Array.from({ length: rendered.numberOfChannels }, (_, index) => rendered.getChannelData(index));
  return encodeWav(channels, SAMPLE_RATE_HZ);
}

async function reason(id) {
  try {
    return await reasonOf(id, "the browser does not read this file.");
  } catch {
    return "the bridge does not answer.";
  }
}
