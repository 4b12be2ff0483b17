// The view Map. The map itself is fetched once; samples that were caught come as `state`. See bridge/panel/map_view.py.
import { icon } from "/assets/icons.js";
import SampleList from "/assets/sample_list.js";
import { player } from "/assets/player.js";
import { sayings } from "/assets/sayings.js";
import Scatter from "/assets/scatter.js";
import { counted } from "/assets/words.js";

export default {
  mixins: [sayings],
  components: { scatter: Scatter, "sample-list": SampleList },
  template: `
  <div class="map">
    <div class="toolbar">
      <h2 class="grow map-resting" aria-live="polite">{{ resting || summary }}</h2>
      <button v-if="caught.length" type="button" class="chip is-plain" @click="choose([])">Clear the selection</button>
      <button type="button" class="icon-button" aria-label="Draw the map again" title="Draw the map again" :disabled="isLoading"
              @click="load" v-html="icon('retry')"></button>
    </div>
    <div class="progress" :class="{ 'is-busy': isLoading }"></div>
    <div v-if="error" class="notice" role="alert"><span v-html="icon('warning')"></span><p>{{ error }}</p>
      <button type="button" class="button" @click="load">Try again</button></div>
    <div v-else-if="map && !map.ids.length" class="notice"><span v-html="icon('map')"></span>
      <p><strong>The library is empty.</strong></p><p class="muted">Add a folder of samples in the view Library.</p></div>
    <template v-else-if="map">
      <scatter :key="loads" class="grow" :map="map" :caught="caught" @rest="rest" @caught="choose" @drawn="drawn"></scatter>
      <div class="toolbar clusters" role="group" aria-label="Clusters">
        <button v-for="cluster in clusters" :key="cluster.id" type="button" class="chip"
                :aria-pressed="cluster.id === chosenId ? 'true' : 'false'" @click="chooseCluster(cluster.id)">
          {{ cluster.name }} <span class="muted">{{ cluster.count }}</span></button>
      </div>
      <section v-if="caught.length" class="caught" aria-label="Samples caught">
        <p class="muted caught-words">{{ caughtWords }}</p>
        <sample-list :samples="state.samples" :can-insert="state.hosts.length > 0" @insert="insert"
                     @trouble="say"></sample-list>
      </section>
      <p v-else class="hint muted">Rest on a sample to hear it. Shift and drag to catch samples.</p>
    </template>
    <div class="said" role="status">{{ saying }}</div>
  </div>`,
  props: { state: { type: Object, default: () => ({ samples: [], hosts: [] }) } },
  data() {
    return { map: null, isLoading: false, loads: 0, error: "", caught: [], chosenId: null, resting: "" };
  },
  computed: {
    clusters() {
      return [...this.map.clusters].sort((a, b) => b.count - a.count);
    },
    summary() {
      if (!this.map) return this.isLoading ? "Drawing the map" : "";
      return `${counted(this.map.ids.length, "sample")}, ${counted(this.map.clusters.length, "cluster")}`;
    },
    caughtWords() {
      const [count, shown] = [this.caught.length, this.state.samples.length];
      return counted(count, "sample") + (shown && shown < count ? `, the first ${shown} of them:` : "");
    },
  },
  mounted() {
    this.load();
  },
  methods: {
    icon,
    async load() {
      this.isLoading = true;
      this.error = "";
      this.begin = performance.now();
      try {
        const answer = await fetch("/media/map");
        if (!answer.ok) throw new Error((await answer.text()).trim());
        const found = await answer.json();
        this.choose([]);
        this.map = Object.freeze(found); // of many samples, so nothing watches its parts
        this.loads += 1;
      } catch (error) {
        this.error = error instanceof TypeError ? "The bridge does not answer." : error.message;
      }
      this.isLoading = false;
    },
    drawn() {
      this.$el.dataset.ms ??= Math.round(performance.now() - this.begin); // from the question to the picture
    },
    rest(index) {
      const cluster = this.map.clusters.find((other) => other.id === this.map.cluster[index]);
      this.resting = [this.map.names[index] || "A sample of another machine", cluster?.name].filter(Boolean).join(" · ");
      player.play(this.map.ids[index]).catch((error) => this.say(error.message));
    },
    choose(indices) {
      this.chosenId = null;
      this.caught = Object.freeze(indices); // of many, so nothing watches each
      this.$emit("act", { do: "list", ids: indices.slice(0, 250).map((index) => this.map.ids[index]) });
    },
    chooseCluster(id) {
      const isChosen = this.chosenId === id;
      this.choose(isChosen ? [] : this.map.cluster.flatMap((other, index) => (other === id ? [index] : [])));
      this.chosenId = isChosen ? null : id;
    },
    insert(id) {
      this.$emit("act", { do: "insert", id });
    },
  },
};
