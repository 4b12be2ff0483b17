// What passes: a sentence that a view says and that goes away again. For the views of Vue as a mixin.
const SAY_MS = 6000;

export const sayings = {
  data() {
    return { saying: "" };
  },
  unmounted() {
    clearTimeout(this.silence);
  },
  methods: {
    say(sentence) {
      this.saying = sentence;
      clearTimeout(this.silence);
      this.silence = setTimeout(() => (this.saying = ""), SAY_MS);
    },
  },
};
