// What the view Library looks like.
export const template = `
<div class="library">
  <div class="toolbar">
    <div class="segments" role="group" aria-label="Parts of the library">
      <button v-for="(title, name) in parts" :key="name" type="button" :aria-pressed="part === name ? 'true' : 'false'"
              @click="part = name">{{ title }}</button>
    </div>
    <span class="grow muted library-words" aria-live="polite">{{ contents ? countWords : "Looking at the library" }}</span>
    <button type="button" class="button" :disabled="upkeep.is_running || !contents || !contents.folders.length" @click="act('scan')">Scan</button>
  </div>
  <div v-if="upkeep.title" class="upkeep" :class="{ 'is-failed': upkeep.is_failed }">
    <span class="upkeep-title">{{ upkeep.title }}</span>
    <span class="grow muted" role="status">{{ upkeep.message }}</span>
    <progress v-if="upkeep.is_running" aria-label="Progress of the library" max="1" :value="upkeep.fraction ?? undefined"></progress>
    <button v-if="upkeep.is_running" type="button" class="button" @click="act('stop')">Cancel</button>
    <ul v-if="upkeep.notices.length" class="notices muted"><li v-for="notice in upkeep.notices" :key="notice">{{ notice }}</li></ul>
  </div>

  <template v-if="part === 'samples'">
    <div v-if="isEmpty" class="notice"><span v-html="icon('library')"></span><p><strong>The library has no folder yet.</strong></p>
      <button type="button" class="button" @click="part = 'folders'">Add a folder</button></div>
    <template v-else-if="contents">
      <div class="toolbar filters" role="group" aria-label="Filters">
        <input type="search" class="field words" placeholder="In words: warm bass loop" aria-label="Words of names, folders and tags"
               @input="filter({ text: $event.target.value })">
        <select class="field" aria-label="Key" @change="filter({ key: $event.target.value })"><option value="">Any key</option>
          <option v-for="key in keys" :key="key" :value="key">{{ key }}</option></select>
        <input type="number" class="field number" min="0" max="1000" step="any" placeholder="BPM" aria-label="Tempo in BPM"
               @input="filter({ bpm: $event.target.value })">
        <select class="field" aria-label="Kind" @change="filter({ kind: $event.target.value })">
          <option v-for="(title, kind) in kinds" :key="kind" :value="kind">{{ title }}</option></select>
      </div>
      <sample-table ref="table" :filters="filters" :can-insert="state.hosts.length > 0" @ask="act('page', $event)"
                    @insert="act('insert', { id: $event })" @trouble="say"></sample-table>
    </template>
  </template>

  <div v-else-if="part === 'folders'" class="scroll">
    <section class="card" aria-labelledby="folders-title"><h2 id="folders-title">Folders</h2>
      <form class="line" @submit.prevent="add"><input class="field grow" v-model="folder" placeholder="/home/me/Samples" aria-label="Folder to add">
        <button type="submit" class="button" :disabled="upkeep.is_running || !folder.trim()">Add and scan</button></form>
      <ul v-if="contents" class="folders"><li v-for="found in contents.folders" :key="found.path" class="line">
        <span class="grow path" :title="found.path">{{ found.path }}</span>
        <span class="muted number">{{ counted(found.file_count, "file") }}{{ found.is_there ? "" : ", not there now" }}</span>
        <button type="button" class="button" :aria-label="'Remove ' + found.path" :disabled="upkeep.is_running" @click="remove(found.path)">Remove</button>
      </li></ul>
    </section>
    <section class="card" aria-labelledby="learn-title"><h2 id="learn-title">Learn from projects</h2>
      <p class="muted">Which samples you use together, from your REAPER and Live projects.</p>
      <form class="line" @submit.prevent="learn"><input class="field grow" v-model="projects" placeholder="/home/me/Projects" aria-label="Folder with projects">
        <label class="setting check"><input type="checkbox" v-model="isAdding">Add the folders of their files</label>
        <button type="submit" class="button" :disabled="upkeep.is_running || !projects.trim()">Learn</button></form>
    </section>
    <section v-if="contents && contents.unreadable_count" class="card" aria-labelledby="unreadable-title">
      <h2 id="unreadable-title">{{ counted(contents.unreadable_count, "file") }} cannot be read</h2>
      <ul class="unreadable"><li v-for="item in contents.unreadable" :key="item.path"><span class="path">{{ item.path }}</span>
        <span class="muted">{{ item.reason }}</span></li></ul>
    </section>
  </div>

  <div v-else class="scroll">
    <section class="card" aria-labelledby="engine-title"><h2 id="engine-title">Engine</h2>
      <div class="line"><span class="lamp" :class="{ 'is-on': state.engine.state === 'here', 'is-bad': state.engine.state === 'away' }"></span>
        <span class="grow engine-words">{{ state.engine.sentence }}</span>
        <button type="button" class="button" @click="act('models')">{{ state.engine.state === "asleep" ? "Start it" : "Look again" }}</button></div>
    </section>
    <section v-if="state.models.length" class="card" aria-labelledby="models-title"><h2 id="models-title">Models</h2>
      <ul class="models"><li v-for="model in state.models" :key="model.task + model.name" class="model">
        <div class="line"><strong>{{ model.name }}</strong><span class="muted">{{ task(model) }}{{ model.is_default ? ", default" : "" }}</span>
          <span class="grow"></span><span class="muted">{{ stateOf(model) }}</span></div>
        <p class="muted">{{ model.description }}</p>
        <p><span class="licence">{{ model.licence }}</span> <span class="muted">{{ model.licence_note }}</span></p>
      </li></ul>
    </section>
  </div>
  <div class="said" role="status">{{ saying }}</div>
</div>`;
