// Notes as a piano roll: a colour per track, bar lines, a play head. What is heard is rendered by the bridge.
import { colours, fitted, redrawn } from "/assets/canvas.js";
import { icon } from "/assets/icons.js";
import { endTurn, takeTurn } from "/assets/turn.js";
import { clock } from "/assets/words.js";

const MARGIN_PITCHES = 2;
const LEAST_PITCHES = 14;
const BLACK_KEYS = [1, 3, 6, 8, 10];

export default {
  template: `
    <div class="roll" role="group" :aria-label="title">
      <div class="transport">
        <button type="button" class="icon-button" :aria-label="(isPlaying ? 'Pause ' : 'Play ') + title" :disabled="isLoading"
                @click="toggle" v-html="icon(isPlaying ? 'pause' : 'play')"></button>
        <span class="roll-title">{{ title }}</span>
        <span class="number muted">{{ clock(positionSec) }} / {{ clock(lengthSec) }}</span>
        <span class="tracks"><span v-for="track in tracks" :key="track.name" class="track-name">
          <span class="swatch" :style="{ background: 'rgb(' + track.color + ')' }"></span>{{ track.name }}</span></span>
        <span class="grow"></span><slot></slot>
      </div>
      <p v-if="error" class="trouble" role="alert">{{ error }}</p>
      <canvas ref="canvas" class="roll-canvas" role="img" :aria-label="summary" @pointerdown="seekAt"></canvas>
    </div>`,
  props: { job: String, name: String, title: String },
  data() {
    return { isPlaying: false, isLoading: false, positionSec: 0, lengthSec: 0, tracks: [], error: "" };
  },
  computed: {
    summary() {
      const count = this.tracks.reduce((sum, track) => sum + track.notes.length, 0);
      return `Piano roll: ${count} notes in ${clock(this.lengthSec)}`;
    },
  },
  async mounted() {
    this.audio = new Audio();
    this.audio.onended = () => this.halt(0);
    this.endRedraw = redrawn(this.$refs.canvas, () => this.draw());
    const answer = await fetch(`/media/notes/jobs/${this.job}/${this.name}`);
    if (!answer.ok) {
      this.error = (await answer.text()).trim();
      return;
    }
    const found = await answer.json();
    this.tracks = found.tracks;
    this.lengthSec = found.length_sec;
    this.barLinesSec = found.bar_lines_sec;
    this.draw();
  },
  unmounted() {
    cancelAnimationFrame(this.frame);
    this.audio.pause();
    endTurn(this.stop);
    this.endRedraw();
  },
  methods: {
    clock,
    icon,
    stop() {
      this.halt(this.audio.currentTime);
    },
    halt(positionSec) {
      this.audio.pause();
      this.isPlaying = false;
      this.positionSec = positionSec;
      if (positionSec === 0) this.audio.currentTime = 0;
      this.draw();
    },
    async toggle() {
      if (this.isPlaying) {
        this.stop();
        return;
      }
      takeTurn(this.stop);
      this.isLoading = true;
      this.error = "";
      try {
        await this.load();
        this.audio.currentTime = this.positionSec;
        await this.audio.play();
        this.isPlaying = true;
        this.follow();
      } catch (error) {
        this.error = error.message;
      }
      this.isLoading = false;
    },
    async load() {
      if (this.audio.src) return;
      const url = `/media/jobs/${this.job}/${this.name}`;
      const answer = await fetch(url, { headers: { range: "bytes=0-0" } }); // made at the first request; refused in words
      if (!answer.ok) throw new Error((await answer.text()).trim());
      this.audio.src = url;
    },
    follow() {
      this.positionSec = this.audio.currentTime;
      this.draw();
      if (this.isPlaying) this.frame = requestAnimationFrame(this.follow);
    },
    seekAt(event) {
      const box = event.currentTarget.getBoundingClientRect();
      this.positionSec = Math.max(0, ((event.clientX - box.left) / box.width) * this.lengthSec);
      if (this.audio.src) this.audio.currentTime = this.positionSec;
      this.draw();
    },
    draw() {
      const fit = this.$refs.canvas && this.lengthSec ? fitted(this.$refs.canvas) : null;
      if (!fit) return;
      const { context, width, height } = fit;
      const [line, raised, accent] = colours(this.$refs.canvas, "line", "raised", "accent");
      const [lowest, highest] = reach(this.tracks);
      const pitchHeight = height / (highest - lowest + 1);
      const top = (pitch) => (highest - pitch) * pitchHeight;
      const left = (sec) => (sec / this.lengthSec) * width;
      context.fillStyle = raised;
      for (let pitch = lowest; pitch <= highest; pitch += 1) {
        if (BLACK_KEYS.includes(pitch % 12)) context.fillRect(0, top(pitch), width, pitchHeight);
      }
      context.fillStyle = line;
      for (const sec of this.barLinesSec) context.fillRect(Math.round(left(sec)), 0, 1, height);
      for (const track of this.tracks) {
        for (const [pitch, velocity, onsetSec, durationSec] of track.notes) {
          context.fillStyle = `rgba(${track.color}, ${0.45 + (0.55 * velocity) / 127})`;
          context.fillRect(left(onsetSec), top(pitch), Math.max(2, left(durationSec) - 1), Math.max(2, pitchHeight - 1));
        }
      }
      context.fillStyle = accent;
      context.fillRect(left(this.positionSec), 0, 2, height);
      this.$refs.canvas.dataset.notes = this.tracks.reduce((sum, track) => sum + track.notes.length, 0);
    },
  },
};

// Returns the lowest and the highest pitch to show.
function reach(tracks) {
  let [lowest, highest] = [127, 0];
  for (const track of tracks) {
    for (const [pitch] of track.notes) {
      lowest = Math.min(lowest, pitch);
      highest = Math.max(highest, pitch);
    }
  }
  if (lowest > highest) [lowest, highest] = [60, 72];
  lowest -= MARGIN_PITCHES;
  return [lowest, Math.max(highest + MARGIN_PITCHES, lowest + LEAST_PITCHES)];
}
