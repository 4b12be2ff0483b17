// Plays samples as they are, one at a time.
import { endTurn, takeTurn } from "/assets/turn.js";

// Returns why a sample does not play: what the bridge says, or `otherwise` where it gives the sample.
export async function reasonOf(id, otherwise) {
  const answer = await fetch(`/media/samples/${id}`, { headers: { range: "bytes=0-0" } });
  return answer.ok ? otherwise : (await answer.text()).trim();
}

class Player {
  constructor() {
    this.audio = new Audio();
    this.listeners = new Set();
    this.id = null;
    this.stop = this.stop.bind(this);
    this.audio.onended = this.stop;
  }

  // Plays a sample from its beginning.
  async play(id) {
    takeTurn(this.stop);
    this.id = id;
    this.audio.src = `/media/samples/${id}`;
    this.tell();
    try {
      await this.audio.play();
    } catch (error) {
      if (error.name === "AbortError") return; // another one was wanted meanwhile
      if (this.id === id) this.stop();
      throw new Error(await reasonOf(id, error.message));
    }
  }

  stop() {
    this.audio.pause();
    this.id = null;
    endTurn(this.stop);
    this.tell();
  }

  tell() {
    for (const listener of this.listeners) listener(this.id);
  }
}

export const player = new Player();

// For lists of samples, as a mixin of Vue: which one plays, and playing or stopping one. It emits `trouble` with a sentence.
export const playing = {
  data() {
    return { playingId: player.id };
  },
  mounted() {
    this.hear = (id) => (this.playingId = id);
    player.listeners.add(this.hear);
  },
  unmounted() {
    player.listeners.delete(this.hear);
  },
  methods: {
    toggle(sample) {
      if (this.playingId === sample.id) player.stop();
      else player.play(sample.id).catch((error) => this.$emit("trouble", error.message));
    },
  },
};
