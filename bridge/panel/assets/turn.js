// One sound at a time: whoever begins to play stops the one before. Leaving a view stops its sound, too.
let stopCurrent = null;

export function takeTurn(stop) {
  if (stopCurrent && stopCurrent !== stop) stopCurrent();
  stopCurrent = stop;
}

export function endTurn(stop) {
  if (stopCurrent === stop) stopCurrent = null;
}

window.addEventListener("auxsend-view", () => stopCurrent?.());
