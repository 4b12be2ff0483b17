// The view Suggest. Python gives the whole `state`; what the user does goes back as `act`. See bridge/panel/suggest_view.py.
import { icon } from "/assets/icons.js";
import { Audition } from "/assets/audition.js";
import { Recorder } from "/assets/recorder.js";
import { sayings } from "/assets/sayings.js";
import Waveform from "/assets/waveform.js";
import { KEYS, shortKey } from "/assets/words.js";
import { template } from "/assets/suggest_template.js";

const ROW_ACTS = { Enter: "insert", k: "keep", s: "skip", m: "like", n: "unlike" };

export default {
  template,
  mixins: [sayings],
  components: { waveform: Waveform },
  props: { state: { type: Object, default: () => ({ rows: [], filters: {}, project: {}, hosts: [], is_empty: true }) } },
  data() {
    return {
      focusId: null,
      sound: { id: null, isLoading: false, fraction: 0 },
      isInTempo: localStorage.getItem("auxsend-in-tempo") !== "no",
      isInKey: localStorage.getItem("auxsend-in-key") === "yes",
      isDropping: false,
      isRecording: false,
      isSending: false,
      doing: "",
      volume: 0.8,
      modes: { mix: "Mix", similar: "Similar", complement: "Complement", taste: "Taste" },
      kinds: { loop: "Loops", "one-shot": "One-shots", track: "Tracks" },
      keys: KEYS,
    };
  },
  computed: {
    focusIndex() {
      return Math.max(0, this.state.rows.findIndex((row) => row.id === this.focusId));
    },
    isFiltered() {
      const { is_in_key, is_in_tempo, kinds = [], tags = [], text, mode } = this.state.filters;
      return Boolean(is_in_key || is_in_tempo || kinds.length || tags.length || text || (mode && mode !== "mix"));
    },
    seedWords() {
      const seed = this.state.seed;
      if (!seed) return "in words";
      return { selection: `selected in ${seed.host}`, file: "dropped here", microphone: "hummed" }[seed.source];
    },
    keyChoices() {
      const key = this.state.project.key;
      return key && !KEYS.includes(key) ? [key, ...KEYS] : KEYS;
    },
  },
  mounted() {
    this.audition = new Audition((sound) => (this.sound = sound));
    this.volume = this.audition.volume;
    document.addEventListener("keydown", this.pressed);
  },
  unmounted() {
    document.removeEventListener("keydown", this.pressed);
    this.audition.stop();
  },
  watch: {
    "state.rows"(rows, before) {
      if (rows.some((row) => row.id === this.focusId)) return;
      const place = Math.max(0, before.findIndex((row) => row.id === this.focusId));
      const hadFocus = document.activeElement?.closest?.(".grid");
      this.focusId = rows[Math.min(place, rows.length - 1)]?.id ?? null;
      if (hadFocus) this.$nextTick(() => this.focusRow());
    },
    volume(value) {
      this.audition.volume = Number(value);
    },
    isInTempo(value) {
      localStorage.setItem("auxsend-in-tempo", value ? "yes" : "no");
      this.playAgain();
    },
    isInKey(value) {
      localStorage.setItem("auxsend-in-key", value ? "yes" : "no");
      this.playAgain();
    },
  },
  methods: {
    icon,
    act(what, details = {}) {
      this.$emit("act", { do: what, ...details });
    },
    rowAct(what, row) {
      this.act(what, { id: row.id, is_in_key: this.isInKey });
    },
    progress(sentence) {
      this.doing = sentence;
    },
    toggleIn(name, value) {
      const chosen = this.state.filters[name] ?? [];
      this.act("filter", { [name]: chosen.includes(value) ? chosen.filter((other) => other !== value) : [...chosen, value] });
    },
    clearFilters() {
      this.act("filter", { is_in_key: false, is_in_tempo: false, kinds: [], tags: [], text: "", mode: "mix" });
    },
    async play(row) {
      this.focusId = row.id;
      if (this.sound.id === row.id) {
        this.audition.stop();
        return;
      }
      try {
        await this.audition.play(row, this);
      } catch (error) {
        this.say(error.message);
      }
    },
    // A script or a command asks for a sample, which need not be in the list.
    audition_id(id) {
      const plain = { id, name: "The sample", kind: "", playrate: 1, semitones: 0 };
      if (this.sound.id !== id) this.play(this.state.rows.find((row) => row.id === id) ?? plain);
    },
    playAgain() {
      const row = this.state.rows.find((other) => other.id === this.sound.id);
      if (!row) return;
      this.audition.stop();
      this.play(row);
    },
    focusRow() {
      document.getElementById(`row-${this.focusId}`)?.focus();
    },
    moveTo(index) {
      const rows = this.state.rows;
      if (!rows.length) return;
      this.focusId = rows[Math.max(0, Math.min(rows.length - 1, index))].id;
      this.$nextTick(() => this.focusRow());
    },
    pressed(event) {
      if (!this.$el.offsetParent || event.target.closest("input:not([type=checkbox]), select, textarea, dialog")) return;
      if (event.altKey && ["ArrowLeft", "ArrowRight"].includes(event.key)) {
        event.preventDefault();
        this.act(event.key === "ArrowLeft" ? "back" : "forward");
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target.closest("button, a, input") && ["Enter", " "].includes(event.key)) return;
      if (this.move(event.key) || this.actOnRow(event.key)) event.preventDefault();
    },
    move(key) {
      const places = { ArrowDown: this.focusIndex + 1, ArrowUp: this.focusIndex - 1, Home: 0, End: Infinity };
      if (!(key in places)) return false;
      const isInside = document.activeElement?.closest(".row");
      this.moveTo(isInside || !key.startsWith("Arrow") ? places[key] : this.focusIndex);
      return true;
    },
    actOnRow(key) {
      const row = this.state.rows[this.focusIndex];
      if (key === "Escape") this.audition.stop();
      if (!row) return false;
      if (key === " ") this.play(row);
      else if (ROW_ACTS[key]) this.rowAct(ROW_ACTS[key], row);
      else return false;
      return true;
    },
    dropped(event) {
      this.isDropping = false;
      const file = event.dataTransfer.files[0];
      if (file) this.send(file, file.name, "file");
    },
    chosen(event) {
      const file = event.target.files[0];
      event.target.value = "";
      if (file) this.send(file, file.name, "file");
    },
    async send(content, name, source) {
      this.isSending = true;
      try {
        const answer = await fetch("/clips", { method: "POST", body: content });
        const { clip, refused } = await answer.json();
        if (refused) throw new Error(refused);
        this.act("clip", { clip, name, source });
      } catch (error) {
        this.say(error instanceof TypeError ? "The bridge does not answer." : error.message);
      }
      this.isSending = false;
    },
    async hum() {
      if (this.isRecording) {
        this.isRecording = false;
        await this.send(await this.recorder.stop(), "Humming", "microphone");
        return;
      }
      this.audition.stop();
      this.recorder = new Recorder();
      try {
        await this.recorder.start();
        this.isRecording = true;
      } catch {
        this.say("The browser does not let this page use a microphone; allow it in the address bar.");
      }
    },
    facts(row) {
      const tempo = row.bpm && `${Math.round(row.bpm)} BPM`;
      return [row.key && shortKey(row.key), tempo, this.kindWord(row), ...row.why].filter(Boolean).join(" · ");
    },
    shortKey,
    kindWord(row) {
      return row.kind.replace("one-shot/", "");
    },
    shift(row) {
      return row.semitones > 0 ? `+${row.semitones}` : `−${-row.semitones}`;
    },
  },
};
