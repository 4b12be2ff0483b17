// Records the microphone, one channel, until it is stopped or a minute is over.
import { encodeWav } from "/assets/wav.js";

export const LONGEST_SEC = 60;

export class Recorder {
  async start() {
    const echo = { echoCancellation: false, noiseSuppression: false, autoGainControl: false }; // a voice, not a call
    this.stream = await navigator.mediaDevices.getUserMedia({ audio: echo });
    this.context = new AudioContext();
    await this.context.audioWorklet.addModule("/assets/recorder_worklet.js");
    this.blocks = [];
    this.node = new AudioWorkletNode(this.context, "recorder");
    this.node.port.onmessage = (message) => {
      if (this.blocks.length * message.data.length < LONGEST_SEC * this.context.sampleRate) this.blocks.push(message.data);
    };
    this.context.createMediaStreamSource(this.stream).connect(this.node);
  }

  // Returns the recording as WAV.
  async stop() {
    this.stream.getTracks().forEach((track) => track.stop());
    const sampleRateHz = this.context.sampleRate;
    await this.context.close();
    const samples = new Float32Array(this.blocks.reduce((length, block) => length + block.length, 0));
    let place = 0;
    for (const block of this.blocks) {
      samples.set(block, place);
      place += block.length;
    }
    return encodeWav([samples], sampleRateHz);
  }
}
