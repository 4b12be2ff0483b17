// Light, dark, or as the system has it. It runs before the page is drawn, so that the wrong one never flashes.
(() => {
  const KEY = "auxsend-theme";
  const CHOICES = ["auto", "light", "dark"];
  const system = window.matchMedia("(prefers-color-scheme: dark)");

  function choice() {
    const kept = localStorage.getItem(KEY);
    return CHOICES.includes(kept) ? kept : "auto";
  }

  function apply() {
    const isDark = choice() === "dark" || (choice() === "auto" && system.matches);
    document.documentElement.dataset.theme = isDark ? "dark" : "light";
    window.Quasar?.Dark.set(isDark);
    window.dispatchEvent(new Event("auxsend-theme"));
  }

  window.auxsendTheme = {
    choice,
    next() {
      localStorage.setItem(KEY, CHOICES[(CHOICES.indexOf(choice()) + 1) % CHOICES.length]);
      apply();
    },
  };
  system.addEventListener("change", apply);
  window.addEventListener("load", apply);
  apply();
})();
