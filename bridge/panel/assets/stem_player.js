// The stems of a job, one under the other: play, seek, solo, mute, volume, and the mix to compare with.
import { icon } from "/assets/icons.js";
import { Mixer } from "/assets/mixer.js";
import { endTurn, takeTurn } from "/assets/turn.js";
import Waveform, { loudestOf } from "/assets/waveform.js";
import { clock } from "/assets/words.js";

const COLUMNS = 600;

export default {
  components: { waveform: Waveform },
  template: `
    <div class="stems" role="group" :aria-label="'Stems of ' + title">
      <div class="transport">
        <button type="button" class="icon-button" :aria-label="isPlaying ? 'Pause' : 'Play'" :disabled="isLoading"
                @click="toggle" v-html="icon(isPlaying ? 'pause' : 'play')"></button>
        <input type="range" class="position" min="0" step="0.01" :max="durationSec" :value="positionSec" aria-label="Position"
               :aria-valuetext="clock(positionSec)" @input="seek(Number($event.target.value))">
        <span class="number muted">{{ clock(positionSec) }} / {{ clock(durationSec) }}</span>
        <button type="button" class="chip" :aria-pressed="isMixHeard ? 'true' : 'false'"
                title="Hear what was split, in place of the stems" @click="mixer.hearMix(!isMixHeard)">Mix</button>
      </div>
      <p v-if="error" class="trouble" role="alert">{{ error }}</p>
      <div v-for="lane in lanes" :key="lane.name" class="lane" :class="{ 'is-silent': !lane.isHeard }">
        <span class="lane-name" :title="lane.name"><span class="swatch" :style="{ background: lane.colour }"></span>{{ lane.name }}</span>
        <div class="lane-wave" @pointerdown="seekAt"><waveform :source="sourceOf(lane.name)" :columns="columns" :loudest="loudest"
             :fraction="durationSec ? positionSec / durationSec : 0"></waveform></div>
        <button type="button" class="mark" :aria-pressed="lane.isSolo ? 'true' : 'false'" :aria-label="'Solo ' + lane.name"
                title="Solo" @click="mixer.set(lane.name, { isSolo: !lane.isSolo })">S</button>
        <button type="button" class="mark" :aria-pressed="lane.isMuted ? 'true' : 'false'" :aria-label="'Mute ' + lane.name"
                title="Mute" @click="mixer.set(lane.name, { isMuted: !lane.isMuted })">M</button>
        <input type="range" class="level" min="0" max="1.5" step="0.01" :value="lane.volume" :aria-label="'Volume of ' + lane.name"
               @input="mixer.set(lane.name, { volume: Number($event.target.value) })">
      </div>
    </div>`,
  props: { job: String, title: String, stems: Array, seconds: Number },
  data() {
    return { isPlaying: false, isLoading: false, isMixHeard: false, positionSec: 0, durationSec: this.seconds, lanes: [], error: "", loudest: 0, columns: COLUMNS };
  },
  created() {
    const names = [...this.stems.map((stem) => stem.name), "mix"];
    const lanes = names.map((name) => ({ name, url: `/media/${this.sourceOf(name)}` }));
    this.mixer = new Mixer(lanes, () => this.look());
    this.look();
  },
  async mounted() {
    this.$el.mixer = this.mixer; // where a test finds the positions
    this.loudest = await loudestOf(this.stems.map((stem) => this.sourceOf(stem.name)), COLUMNS);
  },
  unmounted() {
    cancelAnimationFrame(this.frame);
    endTurn(this.stop);
    this.mixer.close();
  },
  methods: {
    clock,
    icon,
    sourceOf(name) {
      return `jobs/${this.job}/${encodeURIComponent(name)}`;
    },
    look() {
      const { isPlaying, isMixHeard, positionSec, durationSec } = this.mixer;
      Object.assign(this, { isPlaying, isMixHeard, positionSec, durationSec: durationSec ?? this.seconds });
      const colour = Object.fromEntries(this.stems.map((stem) => [stem.name, stem.color]));
      this.lanes = this.mixer.lanes
        .filter((lane) => lane.name !== "mix")
        .map((lane) => ({ ...pick(lane), isHeard: this.mixer.levelOf(lane) > 0, colour: `rgb(${colour[lane.name]})` }));
    },
    stop() {
      this.mixer.pause();
    },
    async toggle() {
      if (this.isPlaying) {
        this.mixer.pause();
        return;
      }
      takeTurn(this.stop);
      this.isLoading = true;
      this.error = "";
      try {
        await this.mixer.play();
        this.follow();
      } catch (error) {
        this.error = error.message;
      }
      this.isLoading = false;
    },
    follow() {
      this.positionSec = this.mixer.positionSec;
      if (this.mixer.isPlaying) this.frame = requestAnimationFrame(this.follow);
    },
    seek(toSec) {
      this.mixer.seek(toSec);
    },
    seekAt(event) {
      const box = event.currentTarget.getBoundingClientRect();
      this.seek(((event.clientX - box.left) / box.width) * this.durationSec);
    },
  },
};

function pick({ name, isSolo, isMuted, volume }) {
  return { name, isSolo, isMuted, volume };
}
