// All samples of the library in a table that scrolls through any number of them: only the rows in sight exist, and the
// pages that they stand on are asked for as they come into sight (`ask`), the latest first. `fill` gives them.
import { icon } from "/assets/icons.js";
import { playing } from "/assets/player.js";
import { clock, shortKey } from "/assets/words.js";

const ROW_PX = 30;
const PAGE_ROWS = 50; // a little more than are in sight: the engine takes half a millisecond for each
const MOST_PAGES = 100; // that are kept
const SPARE_ROWS = 10; // above and below what is in sight
const ASK_MS = 40; // a scroll bar that is dragged passes over many pages that nobody wants

export default {
  mixins: [playing],
  template: `
    <div class="table" role="grid" aria-label="Samples of the library" :aria-rowcount="total + 1" :aria-busy="isAsking ? 'true' : 'false'"
         @keydown="key">
      <div class="table-row table-head" role="row" aria-rowindex="1"><span role="columnheader"><span class="sr-only">Play</span></span>
        <span role="columnheader">Name</span><span role="columnheader">Key</span><span role="columnheader" class="number">BPM</span>
        <span role="columnheader">Kind</span><span role="columnheader" class="number">Length</span>
        <span role="columnheader" class="wide">Folder</span><span role="columnheader" class="wide">Tags</span>
        <span role="columnheader"><span class="sr-only">Insert</span></span></div>
      <div ref="scroll" class="table-scroll" role="rowgroup" tabindex="-1" @scroll.passive="scrolled">
        <div role="presentation" :style="{ height: total * rowPx + 'px', position: 'relative' }">
          <div v-for="row in rows" :key="row.index" class="table-row" role="row" :aria-rowindex="row.index + 2"
               :data-index="row.index" :tabindex="row.index === focusIndex ? 0 : -1" :style="{ top: row.index * rowPx + 'px' }"
               :class="{ 'is-playing': row.sample && row.sample.id === playingId }" @focus="focusIndex = row.index">
            <template v-if="row.sample">
              <span role="gridcell"><button type="button" tabindex="-1" class="icon-button" :aria-label="'Play ' + row.sample.name"
                    @click="toggle(row.sample)" v-html="icon(row.sample.id === playingId ? 'stop' : 'play')"></button></span>
              <span role="gridcell" class="table-name" :title="row.sample.name">{{ row.sample.name }}</span>
              <span role="gridcell">{{ shortKey(row.sample.key) }}</span>
              <span role="gridcell" class="number">{{ row.sample.bpm ? Math.round(row.sample.bpm) : "" }}</span>
              <span role="gridcell">{{ row.sample.kind.replace("one-shot/", "") }}</span>
              <span role="gridcell" class="number">{{ length(row.sample.seconds) }}</span>
              <span role="gridcell" class="wide muted">{{ row.sample.folder }}</span>
              <span role="gridcell" class="wide muted">{{ row.sample.tags }}</span>
              <span role="gridcell"><button type="button" tabindex="-1" class="icon-button" :disabled="!canInsert"
                    :aria-label="'Insert ' + row.sample.name" @click="$emit('insert', row.sample.id)" v-html="icon('insert')"></button></span>
            </template>
            <span v-else role="gridcell" class="table-wait" aria-hidden="true"></span>
          </div>
        </div>
      </div>
    </div>`,
  props: { canInsert: Boolean, filters: Object },
  emits: ["ask", "insert", "trouble"],
  data() {
    return { total: 0, first: 0, shownCount: 0, focusIndex: 0, isAsking: false, version: 0, rowPx: ROW_PX };
  },
  computed: {
    rows() {
      this.version; // pages are kept outside of what Vue watches
      const last = Math.min(this.total, this.first + this.shownCount);
      return Array.from({ length: Math.max(0, last - this.first) }, (_, place) => {
        const index = this.first + place;
        return { index, sample: this.pages.get(Math.floor(index / PAGE_ROWS))?.[index % PAGE_ROWS] };
      });
    },
  },
  created() {
    this.pages = new Map();
    this.asked = new Set();
    this.question = 0;
  },
  mounted() {
    this.resizer = new ResizeObserver(this.look);
    this.resizer.observe(this.$refs.scroll);
    this.begin();
  },
  unmounted() {
    this.resizer.disconnect();
    clearTimeout(this.asking);
  },
  watch: {
    filters: "begin",
  },
  methods: {
    icon,
    shortKey,
    length(seconds) {
      return seconds < 60 ? `${seconds.toFixed(seconds < 10 ? 2 : 1)} s` : clock(seconds);
    },
    // Forgets all rows and asks for the first.
    begin() {
      this.question += 1;
      this.pages.clear();
      this.asked.clear();
      this.focusIndex = 0;
      this.$refs.scroll.scrollTop = 0;
      this.askedAt = performance.now();
      this.ask(0);
    },
    ask(page) {
      if (this.asked.has(page)) return;
      this.asked.add(page);
      this.isAsking = true;
      this.$emit("ask", { question: this.question, first: page * PAGE_ROWS, filters: this.filters });
    },
    fill({ question, first, rows, total, error }) {
      if (question !== this.question) return;
      const page = Math.floor(first / PAGE_ROWS);
      this.asked.delete(page);
      this.isAsking = this.asked.size > 0;
      if (error) {
        this.$emit("trouble", error);
        return;
      }
      if (first === 0) this.$el.dataset.ms = Math.round(performance.now() - this.askedAt);
      this.pages.delete(page);
      this.pages.set(page, Object.freeze(rows));
      while (this.pages.size > MOST_PAGES) this.pages.delete(this.pages.keys().next().value);
      this.total = total;
      this.version += 1;
      this.look();
    },
    scrolled() {
      this.look();
    },
    look() {
      const scroll = this.$refs.scroll;
      if (!scroll) return;
      this.first = Math.max(0, Math.floor(scroll.scrollTop / ROW_PX) - SPARE_ROWS);
      this.shownCount = Math.ceil(scroll.clientHeight / ROW_PX) + 2 * SPARE_ROWS;
      clearTimeout(this.asking);
      this.asking = setTimeout(this.askForMissing, ASK_MS);
    },
    askForMissing() {
      const last = Math.min(this.total, this.first + this.shownCount) - 1;
      for (let page = Math.floor(this.first / PAGE_ROWS); page <= Math.floor(last / PAGE_ROWS); page += 1) {
        if (!this.pages.has(page)) this.ask(page);
      }
    },
    key(event) {
      const rowsInSight = Math.floor(this.$refs.scroll.clientHeight / ROW_PX) - 1;
      const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: rowsInSight, PageUp: -rowsInSight, Home: -Infinity, End: Infinity };
      const sample = this.rows.find((row) => row.index === this.focusIndex)?.sample;
      const isButton = event.target.closest("button");
      if (event.key in steps) this.moveTo(this.focusIndex + steps[event.key]);
      else if (event.key === " " && sample && !isButton) this.toggle(sample);
      else if (event.key === "Enter" && sample && !isButton && this.canInsert) this.$emit("insert", sample.id);
      else return;
      event.preventDefault();
    },
    moveTo(index) {
      this.focusIndex = Math.max(0, Math.min(this.total - 1, index));
      const scroll = this.$refs.scroll;
      const top = this.focusIndex * ROW_PX;
      if (top < scroll.scrollTop) scroll.scrollTop = top;
      else if (top + ROW_PX > scroll.scrollTop + scroll.clientHeight) scroll.scrollTop = top + ROW_PX - scroll.clientHeight;
      this.look();
      this.$nextTick(() => this.$el.querySelector(`[data-index="${this.focusIndex}"]`)?.focus({ preventScroll: true }));
    },
  },
};
