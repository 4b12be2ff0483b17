// Line icons on a grid of 16, drawn for this panel: `icon("play")` gives the SVG as text.
const PATHS = {
  spark: "M2 8h2l1.5-4 3 9 2-7 1 2h2.5",
  map: "M4 5.5h.01M8 3.5h.01M12 6h.01M6 9h.01M10.5 9.5h.01M4.5 12.5h.01M9 12.5h.01M13 11.5h.01",
  jobs: "M3 4.5h10M3 8h6.5M3 11.5h8",
  library: "M2.5 4.5v8h11v-6.5H8L6.5 4.5z",
  play: "M5 3.2v9.6l7.5-4.8z",
  stop: "M4.5 4.5h7v7h-7z",
  insert: "M8 2.5v7M5 6.8l3 3 3-3M3 13h10",
  keep: "M8 13.2 3.2 8.6a2.9 2.9 0 0 1 4.1-4.1l.7.7.7-.7a2.9 2.9 0 0 1 4.1 4.1z",
  skip: "M4 4l8 8M12 4l-8 8",
  more: "M8 3.5v9M3.5 8h9",
  less: "M3.5 8h9",
  back: "M9.8 3.5 5.2 8l4.6 4.5",
  forward: "M6.2 3.5 10.8 8l-4.6 4.5",
  microphone: "M8 2.2a1.8 1.8 0 0 1 1.8 1.8v3.6a1.8 1.8 0 0 1-3.6 0V4A1.8 1.8 0 0 1 8 2.2zM4 7.5a4 4 0 0 0 8 0M8 11.5v2.3",
  file: "M4 2.5h5l3 3v8H4zM9 2.5v3h3",
  follow: "M8 4.8a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.4zM8 1.8v3M8 11.2v3M1.8 8h3M11.2 8h3",
  selection: "M2.5 5h11v6h-11zM5 7.2v1.6M7 6.4v3.2M9 7.2v1.6M11 6.6v2.8",
  volume: "M3 6.3v3.4h2.2L8 12V4L5.2 6.3zM10.4 6a2.8 2.8 0 0 1 0 4M12 4.3a5.2 5.2 0 0 1 0 7.4",
  auto: "M8 2.5a5.5 5.5 0 1 0 0 11zM8 2.5a5.5 5.5 0 0 1 0 11",
  light: "M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6zM8 1.5v1.4M8 13.1v1.4M1.5 8h1.4M13.1 8h1.4M3.4 3.4l1 1M11.6 11.6l1 1M12.6 3.4l-1 1M4.4 11.6l-1 1",
  dark: "M12.8 9.6A5.3 5.3 0 0 1 6.4 3.2a5.3 5.3 0 1 0 6.4 6.4z",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  warning: "M8 2.5 14 13H2zM8 6.5v3.2M8 11.4h.01",
  retry: "M12.8 8a4.8 4.8 0 1 1-1.5-3.5M12.8 2.4v2.8H10",
};

export function icon(name) {
  return `<svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false"><path d="${PATHS[name] ?? ""}"/></svg>`;
}
