// A sample's waveform as a Vue component: asked for when it comes into sight, drawn as bars, with the part that was played.
import { colours, fitted, redrawn } from "/assets/canvas.js";

const MOST_KEPT = 400;
const BAR_PX = 3;
const kept = new Map();

// `source` is what it is the waveform of: "samples/ID" or "jobs/JOB/NAME".
export function peaksOf(source, columns) {
  const url = `/media/peaks/${source}?columns=${columns}`;
  if (!kept.has(url)) {
    const asked = fetch(url).then((answer) => (answer.ok ? answer.json() : null));
    kept.set(url, asked.catch(() => null));
    if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value);
  }
  return kept.get(url);
}

// Returns the highest peak of several waveforms: 0 to 1, 0 if there is none.
export async function loudestOf(sources, columns) {
  const found = await Promise.all(sources.map((source) => peaksOf(source, columns)));
  return found.reduce((most, peaks) => (peaks ? Math.max(most, ...peaks.max, ...peaks.min.map((value) => -value)) : most), 0);
}

export default {
  template: `<canvas class="waveform" aria-hidden="true"></canvas>`,
  props: {
    source: String,
    columns: { type: Number, default: 160 },
    fraction: { type: Number, default: 0 },
    loudest: { type: Number, default: 0 }, // what fills the height, so that several can be compared; 0 for its own peak
  },
  mounted() {
    this.observer = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) this.load();
    });
    this.observer.observe(this.$el);
    this.endDrawing = redrawn(this.$el, this.draw);
  },
  unmounted() {
    this.observer.disconnect();
    this.endDrawing();
  },
  watch: {
    fraction: "draw",
    source: "load",
    loudest: "draw",
  },
  methods: {
    async load() {
      const source = this.source;
      const peaks = await peaksOf(source, this.columns);
      if (source !== this.source) return;
      this.peaks = peaks;
      this.draw();
    },
    draw() {
      const space = this.peaks && fitted(this.$el);
      if (!space) return;
      const { context, width, height } = space;
      const [idle, played] = colours(this.$el, "wave", "accent");
      const bars = Math.floor(width / BAR_PX);
      const levels = levelsOf(this.peaks, bars, this.loudest);
      levels.forEach((level, index) => {
        context.fillStyle = index / bars < this.fraction ? played : idle;
        const size = Math.max(1, level * (height - 2));
        context.fillRect(index * BAR_PX, (height - size) / 2, BAR_PX - 1, size);
      });
    },
  },
};

// Returns how high each bar is, 0 to 1.
function levelsOf(peaks, bars, loudest) {
  const levels = new Array(bars).fill(0);
  const count = peaks.max.length;
  for (let bar = 0; bar < bars; bar += 1) {
    const first = Math.floor((bar * count) / bars);
    const last = Math.max(first + 1, Math.floor(((bar + 1) * count) / bars));
    for (let column = first; column < last && column < count; column += 1) {
      levels[bar] = Math.max(levels[bar], peaks.max[column], -peaks.min[column]);
    }
  }
  const full = loudest || Math.max(...levels) || 1;
  return levels.map((level) => Math.min(1, level / full));
}
