--[[ The part of REAPER's official API that our scripts may use: each name with the kinds of its arguments.

“project” may also be 0 or nil (the one in front), and nothing may be left out. Whatever is not here, the fake does
not have, and other counts or kinds of arguments are refused. A test holds this table to the list that REAPER 7.77 itself
prints.
]]

return {
  -- the script itself
  get_action_context = "",
  set_action_options = "number",
  defer = "function",
  time_precise = "",
  ExecProcess = "string number",
  AddRemoveReaScript = "boolean number string boolean",
  ReverseNamedCommandLookup = "number",
  GetResourcePath = "",
  -- files
  file_exists = "string",
  EnumerateFiles = "string number",
  RecursiveCreateDirectory = "string number",
  -- what is kept
  GetExtState = "string string",
  SetExtState = "string string string boolean",
  SetProjExtState = "project string string string",
  EnumProjExtState = "project string number",
  -- projects
  EnumProjects = "number",
  GetProjectName = "project",
  GetProjectPathEx = "project",
  GetCursorPositionEx = "project",
  Undo_BeginBlock2 = "project",
  Undo_EndBlock2 = "project string number",
  Undo_DoUndo2 = "project",
  PreventUIRefresh = "number",
  UpdateArrange = "",
  UpdateTimeline = "",
  TrackList_AdjustWindows = "boolean",
  AddProjectMarker2 = "project boolean number number string number number",
  -- the tempo map
  CountTempoTimeSigMarkers = "project",
  GetTempoTimeSigMarker = "project number",
  SetTempoTimeSigMarker = "project number number number number number number number boolean",
  DeleteTempoTimeSigMarker = "project number",
  -- tracks
  CountTracks = "project",
  GetTrack = "project number",
  InsertTrackAtIndex = "number boolean",
  GetMediaTrackInfo_Value = "track string",
  SetMediaTrackInfo_Value = "track string number",
  GetSetMediaTrackInfo_String = "track string string boolean",
  ColorToNative = "number number number",
  -- items
  CountMediaItems = "project",
  GetMediaItem = "project number",
  CountSelectedMediaItems = "project",
  GetSelectedMediaItem = "project number",
  AddMediaItemToTrack = "track",
  CreateNewMIDIItemInProj = "track number number boolean",
  GetMediaItem_Track = "item",
  GetMediaItemInfo_Value = "item string",
  SetMediaItemInfo_Value = "item string number",
  GetSetMediaItemInfo_String = "item string string boolean",
  -- takes
  GetActiveTake = "item",
  AddTakeToMediaItem = "item",
  GetTakeName = "take",
  TakeIsMIDI = "take",
  GetMediaItemTake_Item = "take",
  GetMediaItemTake_Source = "take",
  SetMediaItemTake_Source = "take source",
  GetMediaItemTakeInfo_Value = "take string",
  SetMediaItemTakeInfo_Value = "take string number",
  GetSetMediaItemTakeInfo_String = "take string string boolean",
  GetTakeNumStretchMarkers = "take",
  CountTakeEnvelopes = "take",
  TakeFX_GetCount = "take",
  TakeFX_CopyToTake = "take number take number boolean",
  -- sources
  PCM_Source_CreateFromFile = "string",
  PCM_Source_Destroy = "source",
  PCM_Source_GetSectionInfo = "source",
  PCM_Source_BuildPeaks = "source number",
  GetMediaSourceParent = "source",
  GetMediaSourceFileName = "source",
  GetMediaSourceLength = "source",
  -- notes
  MIDI_CountEvts = "take",
  MIDI_GetNote = "take number",
  MIDI_GetProjTimeFromPPQPos = "take number",
  MIDI_GetPPQPosFromProjTime = "take number",
  MIDI_DisableSort = "take",
  MIDI_InsertNote = "take boolean boolean number number number number number boolean",
  MIDI_InsertCC = "take boolean boolean number number number number number",
  MIDI_Sort = "take",
  MIDIEditor_GetActive = "",
  MIDIEditor_GetTake = "editor",
}
