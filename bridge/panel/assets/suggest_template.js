// What the view Suggest looks like. Its behaviour is in auxsend_suggest.js.
export const template = `
<div class="suggest" :class="{ 'is-dropping': isDropping }" @dragover.prevent="isDropping = true"
     @dragleave.self="isDropping = false" @drop.prevent="dropped">
  <div class="toolbar seed-bar">
    <button type="button" class="icon-button" aria-label="Back" title="Back (Alt+Left)" :disabled="!state.can_back"
            @click="act('back')" v-html="icon('back')"></button>
    <button type="button" class="icon-button" aria-label="Forward" title="Forward (Alt+Right)"
            :disabled="!state.can_forward" @click="act('forward')" v-html="icon('forward')"></button>
    <div class="seed">
      <template v-if="state.seed">
        <span class="seed-icon" v-html="icon(state.seed.source)"></span>
        <h2 class="seed-name" :title="state.seed.name">{{ state.seed.name || "Untitled" }}</h2>
        <span class="muted seed-words">{{ seedWords }}</span>
      </template>
      <h2 v-else class="seed-name muted">Nothing selected</h2>
    </div>
    <button type="button" class="chip" :aria-pressed="state.is_following ? 'true' : 'false'"
            title="Show what is selected in the DAW" @click="act('follow', { is_on: !state.is_following })">
      <span v-html="icon('follow')"></span><span class="label">Follow</span></button>
    <button type="button" class="chip" :class="{ 'is-recording': isRecording }" :aria-pressed="isRecording ? 'true' : 'false'"
            @click="hum"><span v-html="icon(isRecording ? 'stop' : 'microphone')"></span>
      <span class="label">{{ isRecording ? "Stop" : "Hum" }}</span></button>
    <label class="chip" title="Open an audio file; you can drop one here, too"><span v-html="icon('file')"></span>
      <span class="label">File</span>
      <input type="file" class="sr-only" accept="audio/*" aria-label="Open an audio file" @change="chosen"></label>
  </div>
  <div class="toolbar filters" role="group" aria-label="Filters">
    <div class="segments" role="group" aria-label="How to choose">
      <button v-for="(title, mode) in modes" :key="mode" type="button" :aria-pressed="state.filters.mode === mode ? 'true' : 'false'"
              @click="act('filter', { mode })">{{ title }}</button>
    </div>
    <button type="button" class="chip" :disabled="!state.project.key" :aria-pressed="state.filters.is_in_key ? 'true' : 'false'"
            @click="act('filter', { is_in_key: !state.filters.is_in_key })">Fits the key</button>
    <button type="button" class="chip" :disabled="!state.project.bpm" :aria-pressed="state.filters.is_in_tempo ? 'true' : 'false'"
            @click="act('filter', { is_in_tempo: !state.filters.is_in_tempo })">Fits the tempo</button>
    <button v-for="(title, kind) in kinds" :key="kind" type="button" class="chip"
            :aria-pressed="(state.filters.kinds ?? []).includes(kind) ? 'true' : 'false'" @click="toggleIn('kinds', kind)">{{ title }}</button>
    <button v-for="tag in state.tag_choices" :key="tag" type="button" class="chip is-tag"
            :aria-pressed="(state.filters.tags ?? []).includes(tag) ? 'true' : 'false'" @click="toggleIn('tags', tag)">{{ tag }}</button>
    <button v-if="isFiltered" type="button" class="chip is-plain" @click="clearFilters">Clear</button>
  </div>
  <div class="toolbar settings">
    <input type="search" class="field words" placeholder="In words: dusty breakbeat" aria-label="What you look for, in words"
           :value="state.filters.text" @change="act('filter', { text: $event.target.value })">
    <label class="setting">Tempo <input type="number" class="field number" min="0" max="1000" step="any" placeholder="—"
           :value="state.project.bpm || ''" @change="act('project', { quarter_bpm: $event.target.value, key: state.project.key })"></label>
    <label class="setting">Key <select class="field" :value="state.project.key ?? ''"
           @change="act('project', { quarter_bpm: state.project.bpm, key: $event.target.value })">
      <option value="">—</option><option v-for="key in keyChoices" :key="key" :value="key">{{ key }}</option></select></label>
    <label class="setting check"><input type="checkbox" v-model="isInTempo">Play in tempo</label>
    <label class="setting check"><input type="checkbox" v-model="isInKey" :disabled="!state.project.key">Play in key</label>
    <label class="setting volume"><span v-html="icon('volume')"></span><span class="sr-only">Volume</span>
      <input type="range" min="0" max="1" step="0.01" v-model="volume"></label>
  </div>
  <div class="progress" :class="{ 'is-busy': state.is_busy || isSending }"></div>
  <div class="list">
    <div v-if="state.error" class="notice" role="alert"><span v-html="icon('warning')"></span><p>{{ state.error }}</p>
      <button type="button" class="button" @click="act('again')">Try again</button></div>
    <div v-else-if="state.is_empty && !isSending" class="notice">
      <span v-html="icon('selection')"></span>
      <p><strong>Select something in your DAW, drop a file here, or hum a melody.</strong></p>
      <p v-if="!state.hosts.length" class="muted">No DAW is connected yet: start AuxSend’s panel action there, and what you
        select shows up here.</p></div>
    <div v-else-if="state.is_answered && !state.rows.length" class="notice"><span v-html="icon('library')"></span>
      <p><strong>Nothing in the library fits.</strong></p>
      <p v-if="!isFiltered" class="muted">Add a folder of samples in the view Library.</p>
      <button v-else type="button" class="button" @click="clearFilters">Remove the filters</button></div>
    <div v-else-if="!state.rows.length" class="skeletons" aria-hidden="true"><div v-for="n in 8" :key="n" class="skeleton"></div></div>
    <div v-if="state.rows.length && !state.error" class="grid" :class="{ 'is-old': state.is_busy }" role="grid" aria-label="Suggestions"
         :aria-rowcount="state.rows.length + 1">
      <div class="head" role="row" aria-rowindex="1">
        <span role="columnheader"><span class="sr-only">Play</span></span><span role="columnheader" class="head-wave">Sound</span>
        <span role="columnheader">Name and why</span><span role="columnheader" class="fact">Key</span>
        <span role="columnheader" class="fact number">BPM</span><span role="columnheader" class="fact">Kind</span>
        <span role="columnheader" class="tags">Tags</span><span role="columnheader"><span class="sr-only">What to do</span></span>
      </div>
      <div v-for="(row, index) in state.rows" :key="row.id" :id="'row-' + row.id" class="row" role="row" :aria-rowindex="index + 2"
           :aria-selected="row.id === focusId ? 'true' : 'false'" :tabindex="index === focusIndex ? 0 : -1"
           :class="{ 'is-playing': sound.id === row.id, 'is-kept': row.is_kept }" @focus="focusId = row.id"
           @click="focusId = row.id" @dblclick="rowAct('insert', row)">
        <div role="gridcell" class="cell-play"><button type="button" tabindex="-1" class="icon-button play" @click.stop="play(row)"
             :aria-label="(sound.id === row.id ? 'Stop ' : 'Play ') + row.name" v-html="icon(sound.id === row.id ? 'stop' : 'play')"></button></div>
        <div role="gridcell" class="cell-wave"><waveform :source="'samples/' + row.id" :fraction="sound.id === row.id ? sound.fraction : 0"></waveform></div>
        <div role="gridcell" class="cell-name"><div class="name" :title="[...row.folders, row.name].join(' / ')">{{ row.name }}
            <span v-if="row.is_kept" class="kept" v-html="icon('keep')"></span></div>
          <div class="why">{{ row.why.join("; ") }}</div><div class="facts">{{ facts(row) }}</div></div>
        <div role="gridcell" class="fact">{{ row.key && shortKey(row.key) }}<span v-if="isInKey && row.semitones" class="shift">{{ shift(row) }}</span></div>
        <div role="gridcell" class="fact number">{{ row.bpm ? Math.round(row.bpm) : "" }}</div>
        <div role="gridcell" class="fact">{{ kindWord(row) }}</div>
        <div role="gridcell" class="tags">{{ row.tags.slice(0, 3).join(", ") }}</div>
        <div role="gridcell" class="actions">
          <button type="button" tabindex="-1" class="icon-button" title="Insert at the edit cursor (Enter)" :aria-label="'Insert ' + row.name"
                  @click.stop="rowAct('insert', row)" v-html="icon('insert')"></button>
          <button type="button" tabindex="-1" class="icon-button" title="Keep (K)" :aria-label="'Keep ' + row.name"
                  @click.stop="rowAct('keep', row)" v-html="icon('keep')"></button>
          <button type="button" tabindex="-1" class="icon-button" title="More like this (M)" :aria-label="'More like ' + row.name"
                  @click.stop="rowAct('like', row)" v-html="icon('more')"></button>
          <button type="button" tabindex="-1" class="icon-button" title="Not this (N)" :aria-label="'Nothing like ' + row.name"
                  @click.stop="rowAct('unlike', row)" v-html="icon('less')"></button>
          <button type="button" tabindex="-1" class="icon-button" title="Skip (S)" :aria-label="'Skip ' + row.name"
                  @click.stop="rowAct('skip', row)" v-html="icon('skip')"></button>
        </div>
      </div>
    </div>
    <button v-if="state.rows.length && !state.is_all && !state.error" type="button" class="button show-more" @click="act('more')">More</button>
  </div>
  <div class="foot">
    <div class="said" role="status">{{ saying || (isSending ? "Sending the audio." : state.is_busy ? doing : "") }}</div>
    <div class="hints" aria-hidden="true"><kbd>↑↓</kbd> move <kbd>Space</kbd> play <kbd>Enter</kbd> insert <kbd>K</kbd> keep
      <kbd>M</kbd> more like this <kbd>N</kbd> not this <kbd>S</kbd> skip</div>
  </div>
</div>`;
