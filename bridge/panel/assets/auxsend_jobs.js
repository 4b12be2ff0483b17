// The view Jobs. Python gives the whole `state`; what the user does goes back as `act`. See bridge/panel/jobs_view.py.
import { icon } from "/assets/icons.js";
import PianoRoll from "/assets/piano_roll.js";
import { sayings } from "/assets/sayings.js";
import StemPlayer from "/assets/stem_player.js";

const LAMPS = { running: "is-on", done: "is-done", failed: "is-bad", cancelled: "is-off", queued: "is-off" };

export default {
  mixins: [sayings],
  components: { "stem-player": StemPlayer, "piano-roll": PianoRoll },
  template: `
  <div class="jobs">
    <div class="toolbar">
      <h2 class="grow muted" aria-live="polite">{{ summary }}</h2>
      <button v-if="hasEnded" type="button" class="chip is-plain" title="Forget what has ended; files stay" @click="act('clear')">
        Forget all ended</button>
    </div>
    <div class="scroll">
      <div v-if="!state.jobs.length" class="notice"><span v-html="icon('jobs')"></span>
        <p><strong>Nothing was ordered yet.</strong></p>
        <p class="muted">Select an item in your DAW and run one of AuxSend’s actions there: split, transcribe, continue.</p></div>
      <ul v-else class="job-list" aria-label="Jobs">
        <li v-for="job in state.jobs" :key="job.id" class="job" :data-job="job.id" :data-state="job.state">
          <div class="job-head">
            <button type="button" class="icon-button" :disabled="!hasMore(job)" :aria-expanded="isOpen(job) ? 'true' : 'false'"
                    :aria-label="(isOpen(job) ? 'Close ' : 'Open ') + label(job)" @click="toggle(job)"
                    v-html="icon(isOpen(job) ? 'less' : 'more')"></button>
            <div class="job-words"><span class="job-title"><span class="lamp" :class="lamps[job.state]"></span>{{ label(job) }}</span>
              <span class="muted job-message" :class="{ 'is-bad': job.state === 'failed' }">{{ words(job) }}</span></div>
            <div v-if="isUnderWay(job)" class="job-progress" role="progressbar" :aria-label="'Progress of ' + label(job)"
                 aria-valuemin="0" aria-valuemax="100" :aria-valuenow="Math.round(job.fraction * 100)">
              <span :style="{ width: job.fraction * 100 + '%' }"></span></div>
            <button v-if="isUnderWay(job)" type="button" class="button" :aria-label="'Cancel ' + label(job)" @click="act('cancel', job)">Cancel</button>
            <template v-else>
              <button v-if="job.state === 'done' && hasResult(job)" type="button" class="button" :disabled="!state.hosts.length"
                      :aria-label="'Insert ' + label(job)" :title="insertTitle" @click="act('insert', job)">Insert</button>
              <button type="button" class="icon-button" :aria-label="'Do it again: ' + label(job)" title="Do it again"
                      @click="act('retry', job)" v-html="icon('retry')"></button>
              <button type="button" class="icon-button" :aria-label="'Forget ' + label(job)" title="Forget; files stay"
                      @click="act('forget', job)" v-html="icon('skip')"></button>
            </template>
          </div>
          <div v-if="isOpen(job) && hasMore(job)" class="job-result">
            <stem-player v-if="job.stems.length" :job="job.id" :title="job.name" :stems="job.stems" :seconds="job.seconds"></stem-player>
            <piano-roll v-for="roll in job.rolls" :key="roll.name" :job="job.id" :name="roll.name" :title="roll.title">
              <button v-if="job.rolls.length > 1" type="button" class="button" :disabled="!state.hosts.length" :title="insertTitle"
                      :aria-label="'Insert ' + roll.title" @click="act('insert', job, { name: roll.name })">Insert</button>
            </piano-roll>
            <p v-for="notice in job.notices" :key="notice" class="job-notice muted">{{ notice }}</p>
          </div>
        </li>
      </ul>
    </div>
    <div class="said" role="status">{{ saying }}</div>
  </div>`,
  props: { state: { type: Object, default: () => ({ jobs: [], hosts: [] }) } },
  data() {
    return { openIds: [], lamps: LAMPS };
  },
  computed: {
    hasEnded() {
      return this.state.jobs.some((job) => !this.isUnderWay(job));
    },
    summary() {
      const count = (state) => this.state.jobs.filter((job) => job.state === state).length;
      const words = [[count("running"), "running"], [count("queued"), "waiting"], [count("failed"), "failed"]];
      return words.filter(([number]) => number).map(([number, word]) => `${number} ${word}`).join(", ") || "Nothing runs";
    },
    insertTitle() {
      return this.state.hosts.length ? "Insert into the project" : "No DAW listens";
    },
  },
  methods: {
    icon,
    act(what, job, details = {}) {
      this.$emit("act", { do: what, id: job?.id, ...details });
    },
    isUnderWay(job) {
      return job.state === "running" || job.state === "queued";
    },
    hasResult(job) {
      return job.stems.length + job.rolls.length > 0;
    },
    hasMore(job) {
      return this.hasResult(job) || job.notices.length > 0;
    },
    isOpen(job) {
      return this.openIds.includes(job.id);
    },
    toggle(job) {
      this.openIds = this.isOpen(job) ? this.openIds.filter((id) => id !== job.id) : [...this.openIds, job.id];
    },
    label(job) {
      return `${job.title} “${job.name}”`;
    },
    words(job) {
      if (job.state === "queued") return job.queue_position ? `Waits behind ${job.queue_position}.` : job.message || "Is next.";
      if (job.state === "running") return `${Math.round(job.fraction * 100)} % · ${job.message}`;
      return job.state === "done" ? job.facts : job.message;
    },
  },
};
