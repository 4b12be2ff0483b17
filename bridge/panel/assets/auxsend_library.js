// The view Library. Python gives the whole `state` and fills the table; what the user does goes back as `act`. See
// bridge/panel/library_view.py.
import { icon } from "/assets/icons.js";
import { template } from "/assets/library_template.js";
import SampleTable from "/assets/sample_table.js";
import { sayings } from "/assets/sayings.js";
import { KEYS, bytes, counted } from "/assets/words.js";

const TASKS = {
  separation: "Split", transcription: "Transcribe", beats: "Beats", chords: "Chords", tagging: "Tag", generation: "Continue",
};
const TYPING_MS = 120;

export default {
  template,
  mixins: [sayings],
  components: { "sample-table": SampleTable },
  props: { state: Object },
  data() {
    return {
      part: "samples",
      parts: { samples: "Samples", folders: "Folders", models: "Models and engine" },
      filters: { text: "", key: "", bpm: "", kind: "" },
      kinds: { "": "All kinds", loop: "Loops", "one-shot": "One-shots", track: "Tracks" },
      keys: KEYS,
      folder: "",
      projects: "",
      isAdding: false,
    };
  },
  computed: {
    contents() {
      return this.state.contents;
    },
    upkeep() {
      return this.state.upkeep;
    },
    isEmpty() {
      const isKnown = this.contents?.indexed_count || this.state.engine.state === "here"; // which may have others' samples
      return this.contents && !this.contents.folders.length && !isKnown;
    },
    countWords() {
      const { sample_count: all, indexed_count: indexed, waiting_count: waiting } = this.contents;
      const rest = waiting ? `, ${waiting.toLocaleString("en")} wait for the next scan` : "";
      return `${counted(all, "sample")}, ${indexed.toLocaleString("en")} of them known to the engine${rest}`;
    },
  },
  watch: {
    "upkeep.is_running"(isRunning) {
      if (!isRunning) this.$refs.table?.begin();
    },
  },
  unmounted() {
    clearTimeout(this.typing);
  },
  methods: {
    counted,
    icon,
    act(what, details = {}) {
      this.$emit("act", { do: what, ...details });
    },
    fill(page) {
      this.$refs.table?.fill(page);
    },
    filter(changes) {
      this.wanted = { ...(this.wanted ?? this.filters), ...changes };
      clearTimeout(this.typing);
      this.typing = setTimeout(() => (this.filters = this.wanted), "text" in changes ? TYPING_MS : 0);
    },
    add() {
      this.act("add", { folder: this.folder });
      this.folder = "";
    },
    remove(folder) {
      if (window.confirm(`Take “${folder}” out of the library? Its files stay where they are.`)) this.act("remove", { folder });
    },
    learn() {
      this.act("learn", { folder: this.projects, is_adding: this.isAdding });
    },
    task(model) {
      return TASKS[model.task] ?? model.task;
    },
    stateOf(model) {
      if (model.is_installed) return "Here";
      return model.download_bytes ? `Fetched when needed, ${bytes(model.download_bytes)}` : "Fetched when needed";
    },
  },
};
