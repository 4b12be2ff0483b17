// The frame around the views: tabs, theme, who is connected, and what is wrong. It emits `show` with a view's name.
import { icon } from "/assets/icons.js";

const LONGEST_PAUSE_MS = 1500; // between two attempts to find the bridge again: it is on this machine
const THEMES = { auto: "as the system", light: "light", dark: "dark" };

export default {
  template: `
    <div class="shell">
      <header class="bar">
        <h1 class="brand">AuxSend</h1>
        <div class="tabs" role="tablist" aria-label="Views" @keydown="moveTab">
          <button v-for="(view, index) in views" :key="view.name" :id="'tab-' + view.name" type="button" role="tab"
                  class="tab" :aria-selected="view.name === current ? 'true' : 'false'"
                  :aria-controls="'view-' + view.name" :tabindex="view.name === current ? 0 : -1"
                  :title="view.title + ' (' + (index + 1) + ')'" @click="show(view.name)">
            <span v-html="icon(view.icon)"></span><span class="tab-title">{{ view.title }}</span>
          </button>
        </div>
        <div class="status">
          <span class="lamp" :class="hosts.length ? 'is-on' : 'is-off'">{{ hosts.length ? hosts.join(", ") : "No DAW" }}</span>
          <span class="lamp" :class="lamps[engine.state]">Engine<span class="sr-only"> {{ words[engine.state] }}</span></span>
        </div>
        <button type="button" class="icon-button" :title="'Theme: ' + themeWords" :aria-label="'Theme: ' + themeWords"
                @click="nextTheme" v-html="icon(theme)"></button>
      </header>
      <div role="alert" class="banners">
        <div v-if="isBridgeAway" class="banner"><span v-html="icon('warning')"></span>
          <span>The bridge has stopped or is starting again. This page comes back by itself; if it does not, start
          “auxsend bridge”.</span></div>
        <div v-else-if="trouble" class="banner"><span v-html="icon('warning')"></span><span>{{ trouble }}</span></div>
      </div>
      <main class="views"><slot></slot></main>
    </div>`,
  props: { views: Array, hosts: Array, engine: Object, trouble: String },
  data() {
    return {
      current: this.nameInAddress(),
      isBridgeAway: false,
      theme: window.auxsendTheme.choice(),
      lamps: { here: "is-on", asleep: "is-off", unknown: "is-off", away: "is-bad" },
      words: { here: "is connected", asleep: "starts when it is needed", unknown: "was not asked yet", away: "is away" },
    };
  },
  computed: {
    themeWords() {
      return THEMES[this.theme];
    },
  },
  mounted() {
    window.addEventListener("hashchange", this.readAddress);
    document.addEventListener("keydown", this.pressed);
    setTimeout(this.watchConnection, 0); // the connection is opened after the page was drawn
    this.showCurrent();
  },
  updated() {
    this.showCurrent();
  },
  unmounted() {
    window.removeEventListener("hashchange", this.readAddress);
    document.removeEventListener("keydown", this.pressed);
  },
  methods: {
    icon,
    nameInAddress() {
      const name = window.location.hash.slice(1);
      return this.views.some((view) => view.name === name) ? name : this.views[0].name;
    },
    readAddress() {
      this.current = this.nameInAddress();
    },
    show(name) {
      this.current = name;
      history.replaceState(null, "", `#${name}`);
    },
    showCurrent() {
      for (const view of this.views) {
        document.getElementById(`view-${view.name}`)?.toggleAttribute("hidden", view.name !== this.current);
      }
      if (this.told !== this.current) {
        this.told = this.current;
        this.$emit("show", this.current);
        window.dispatchEvent(new CustomEvent("auxsend-view", { detail: this.current }));
      }
    },
    watchConnection() {
      window.socket.io.reconnectionDelayMax(LONGEST_PAUSE_MS);
      window.socket.on("disconnect", () => (this.isBridgeAway = true));
      window.socket.on("connect", () => (this.isBridgeAway = false));
    },
    nextTheme() {
      window.auxsendTheme.next();
      this.theme = window.auxsendTheme.choice();
    },
    moveTab(event) {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!step) return;
      const place = this.views.findIndex((view) => view.name === this.current) + step;
      const view = this.views[(place + this.views.length) % this.views.length];
      this.show(view.name);
      this.$nextTick(() => document.getElementById(`tab-${view.name}`).focus());
    },
    pressed(event) {
      if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
      const view = this.views[Number(event.key) - 1];
      if (view) this.show(view.name);
    },
  },
};
