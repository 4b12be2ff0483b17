// The map as a canvas: wheel zooms, dragging moves, shift and dragging catches with a lasso, resting on a sample plays it.
// Keys: arrows move, + and - zoom, 0 shows all, Enter takes what can be seen. It emits `rest` (an index, -1 for none) and
// `caught` (indices).
import { colours, fitted, redrawn } from "/assets/canvas.js";
import { Plane } from "/assets/plane.js";

const REST_MS = 150;
const REACH_PX = 10;
const STEP_PX = 60;
const ZOOM_STEP = 1.3;
const MOST_LABELS = 24;
const GOLDEN_DEGREES = 137.5; // the hue of each cluster is as far from those before it as can be

export default {
  template: `<canvas class="scatter" tabindex="0" role="application" :aria-label="label" @wheel.prevent="wheel" @keydown="key"
      @pointerdown="down" @pointermove="move" @pointerup="up" @pointercancel="up" @pointerleave="leave"></canvas>`,
  props: { map: Object, caught: { type: Array, default: () => [] } },
  emits: ["rest", "caught", "drawn"],
  computed: {
    label() {
      return `Map of ${this.map.ids.length} samples. Arrows move, plus and minus zoom, Enter lists what can be seen.`;
    },
  },
  created() {
    this.plane = new Plane(this.map.x, this.map.y);
    this.groups = groupsOf(this.map);
  },
  mounted() {
    this.$el.plane = this.plane; // where a test finds points
    this.endRedraw = redrawn(this.$el, () => this.draw());
    this.draw();
  },
  unmounted() {
    clearTimeout(this.resting);
    this.endRedraw();
  },
  watch: {
    caught: "drawSoon",
  },
  methods: {
    drawSoon() {
      this.frame ??= requestAnimationFrame(() => {
        this.frame = undefined;
        this.draw();
      });
    },
    draw() {
      const fit = fitted(this.$el);
      if (!fit) return;
      const begin = performance.now();
      const { context, width, height } = fit;
      this.plane.resize(width, height);
      this.drawPoints(context);
      this.drawLabels(context);
      this.drawLoop(context);
      this.drawRest(context);
      Object.assign(this.$el.dataset, { points: this.plane.count, ms: (performance.now() - begin).toFixed(1) });
      this.$emit("drawn");
    },
    // Points are written into the pixels themselves: a hundred thousand rectangles would take half a second.
    drawPoints(context) {
      const { width, height } = context.canvas;
      const scale = width / this.plane.width;
      const image = context.createImageData(width, height);
      const pixels = new Uint32Array(image.data.buffer);
      const side = Math.max(2, Math.round(this.pointSize() * scale));
      const isCaught = maskOf(this.caught, this.plane.count);
      const { x, y } = this.plane;
      const [across, up] = this.plane.scales.map((one) => one * scale);
      const [zeroLeft, zeroTop] = [this.plane.left(0) * scale - side / 2, this.plane.top(0) * scale - side / 2];
      for (const group of this.groups) {
        const [plain, faded] = this.inksOf(group);
        for (const index of group.indices) {
          const left = Math.round(zeroLeft + x[index] * across);
          const top = Math.round(zeroTop - y[index] * up);
          if (left < 0 || top < 0 || left + side > width || top + side > height) continue;
          const ink = !isCaught || isCaught[index] ? plain : faded;
          for (let row = top; row < top + side; row += 1) pixels.fill(ink, row * width + left, row * width + left + side);
        }
      }
      context.putImageData(image, 0, 0);
    },
    pointSize() {
      const crowd = Math.max(2, 200 / Math.sqrt(this.plane.count + 1));
      return Math.min(9, crowd * Math.sqrt(this.plane.zoom));
    },
    // Returns a cluster's colour for what is caught, or for all if nothing is, and for the rest.
    inksOf(group) {
      const isDark = document.documentElement.dataset.theme === "dark";
      const hue = (group.id * GOLDEN_DEGREES) % 360;
      const [plain] = group.id < 0 ? colours(this.$el, "wave") : [`hsl(${hue} 55% ${isDark ? 66 : 42}%)`];
      return [inkOf(plain, 230), inkOf(plain, 45)];
    },
    drawLabels(context) {
      const [text, surface] = colours(this.$el, "text", "surface");
      context.font = `600 12px ${getComputedStyle(this.$el).fontFamily}`;
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.lineJoin = "round";
      const taken = [];
      for (const { name, x, y } of this.groups.filter((group) => group.id >= 0).slice(0, MOST_LABELS * this.plane.zoom)) {
        const half = context.measureText(name).width / 2 + 4;
        const [middle, top] = [this.plane.left(x), this.plane.top(y)];
        const left = Math.max(half, Math.min(this.plane.width - half, middle));
        const isFree = taken.every((box) => Math.abs(box.left - left) > box.half + half || Math.abs(box.top - top) > 17);
        if (!isFree || middle < 0 || top < 0 || middle > this.plane.width || top > this.plane.height) continue;
        taken.push({ left, top, half });
        context.strokeStyle = surface;
        context.lineWidth = 4;
        context.strokeText(name, left, top);
        context.fillStyle = text;
        context.fillText(name, left, top);
      }
    },
    drawLoop(context) {
      if (!this.loop) return;
      const [accent] = colours(this.$el, "accent");
      context.strokeStyle = accent;
      context.lineWidth = 1.5;
      context.beginPath();
      this.loop.forEach(([left, top]) => context.lineTo(left, top));
      context.closePath();
      context.stroke();
    },
    drawRest(context) {
      if (!(this.restIndex >= 0)) return;
      const [accent] = colours(this.$el, "accent");
      context.strokeStyle = accent;
      context.lineWidth = 2;
      context.beginPath();
      context.arc(this.plane.left(this.plane.x[this.restIndex]), this.plane.top(this.plane.y[this.restIndex]), 8, 0, 2 * Math.PI);
      context.stroke();
    },
    wheel(event) {
      this.plane.zoomAt(Math.exp(-event.deltaY / 400), event.offsetX, event.offsetY);
      this.drawSoon();
    },
    down(event) {
      this.$el.setPointerCapture(event.pointerId);
      this.held = [event.offsetX, event.offsetY];
      this.loop = event.shiftKey ? [this.held] : null;
    },
    move(event) {
      const place = [event.offsetX, event.offsetY];
      if (this.held && this.loop) this.loop.push(place);
      else if (this.held) this.plane.pan(place[0] - this.held[0], place[1] - this.held[1]);
      else this.restAt(...place);
      if (this.held) {
        this.held = place;
        this.drawSoon();
      }
    },
    up() {
      if (this.loop) this.$emit("caught", this.loop.length > 2 ? this.plane.inside(this.loop) : []);
      this.held = this.loop = null;
      this.drawSoon();
    },
    leave() {
      clearTimeout(this.resting);
    },
    restAt(left, top) {
      const index = this.plane.nearest(left, top, REACH_PX);
      this.$el.style.cursor = index < 0 ? "" : "pointer";
      if (index === this.nextIndex) return;
      this.nextIndex = index;
      clearTimeout(this.resting);
      if (index >= 0) this.resting = setTimeout(() => this.rest(index), REST_MS);
    },
    rest(index) {
      this.restIndex = index;
      this.$emit("rest", index);
      this.drawSoon();
    },
    key(event) {
      const acts = {
        ArrowLeft: () => this.plane.pan(STEP_PX, 0), ArrowRight: () => this.plane.pan(-STEP_PX, 0),
        ArrowUp: () => this.plane.pan(0, STEP_PX), ArrowDown: () => this.plane.pan(0, -STEP_PX),
        "+": () => this.plane.zoomAt(ZOOM_STEP), "=": () => this.plane.zoomAt(ZOOM_STEP),
        "-": () => this.plane.zoomAt(1 / ZOOM_STEP), 0: () => this.plane.reset(),
        Enter: () => this.$emit("caught", this.plane.visible()), Escape: () => this.$emit("caught", []),
      };
      if (!acts[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      acts[event.key]();
      this.drawSoon();
    },
  },
};

// Returns the clusters, the largest first, with their points and the middle of them; those of no cluster come first of all.
function groupsOf(map) {
  const groups = new Map([[-1, { id: -1, name: "", indices: [] }]]);
  for (const { id, name } of map.clusters) groups.set(id, { id, name, indices: [] });
  map.cluster.forEach((id, index) => (groups.get(id) ?? groups.get(-1)).indices.push(index));
  for (const group of groups.values()) {
    group.x = median(group.indices.map((index) => map.x[index]));
    group.y = median(group.indices.map((index) => map.y[index]));
  }
  const filled = [...groups.values()].filter((group) => group.indices.length);
  return filled.sort((a, b) => (a.id < 0 ? -1 : b.id < 0 ? 1 : b.indices.length - a.indices.length));
}

// Returns a byte per point, 1 for those of these indices; null if there are none.
function maskOf(indices, count) {
  if (!indices.length) return null;
  const mask = new Uint8Array(count);
  for (const index of indices) mask[index] = 1;
  return mask;
}

const swatch = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
const inks = new Map();

// Returns a colour of CSS as the four bytes of a pixel.
function inkOf(colour, alpha) {
  if (!inks.has(colour)) {
    swatch.fillStyle = colour;
    swatch.fillRect(0, 0, 1, 1);
    inks.set(colour, swatch.getImageData(0, 0, 1, 1).data);
  }
  const [red, green, blue] = inks.get(colour);
  return new Uint32Array(Uint8Array.of(red, green, blue, alpha).buffer)[0];
}

function median(values) {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
