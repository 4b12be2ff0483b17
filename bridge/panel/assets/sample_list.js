// Samples in a list: play with space, insert with Enter, up and down with the arrows. It emits `insert` with an id,
// and `trouble` with a sentence.
import { icon } from "/assets/icons.js";
import { playing } from "/assets/player.js";
import Waveform from "/assets/waveform.js";
import { facts } from "/assets/words.js";

export default {
  mixins: [playing],
  components: { waveform: Waveform },
  template: `
    <ul class="samples" aria-label="Samples" @keydown="key">
      <li v-for="sample in samples" :key="sample.id" class="sample" :class="{ 'is-playing': sample.id === playingId }">
        <button type="button" class="icon-button" :aria-label="(sample.id === playingId ? 'Stop ' : 'Play ') + sample.name"
                @click="toggle(sample)" v-html="icon(sample.id === playingId ? 'stop' : 'play')"></button>
        <waveform :source="'samples/' + sample.id"></waveform>
        <span class="sample-name" :title="sample.folder">{{ sample.name }}</span>
        <span class="muted sample-facts">{{ facts(sample) }}</span>
        <button type="button" class="icon-button" :disabled="!canInsert" :aria-label="'Insert ' + sample.name"
                :title="canInsert ? 'Insert at the edit cursor' : 'No DAW listens'" @click="$emit('insert', sample.id)"
                v-html="icon('insert')"></button>
      </li>
    </ul>`,
  props: { samples: Array, canInsert: Boolean },
  emits: ["insert", "trouble"],
  methods: {
    facts,
    icon,
    key(event) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const row = event.target.closest("li");
      const next = step && row && (step > 0 ? row.nextElementSibling : row.previousElementSibling);
      if (!next) return;
      event.preventDefault();
      next.querySelector("button").focus();
    },
  },
};
