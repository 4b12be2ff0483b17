// Gives what the microphone hears to the page, block by block.
class RecorderProcessor extends AudioWorkletProcessor {
  process([input]) {
    if (input.length) this.port.postMessage(input[0].slice());
    return true;
  }
}

registerProcessor("recorder", RecorderProcessor);
