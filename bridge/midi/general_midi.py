"""General MIDI's 128 programs, by the names that people use for them.

Programs are counted from 0, as MIDI files count them; printed lists count from 1. Source: General MIDI System Level 1
(MMA, 1991).
"""

import difflib
import re

from bridge.errors import RequestRefused

# fmt: off
PROGRAMS = (
    "Acoustic Grand Piano", "Bright Acoustic Piano", "Electric Grand Piano", "Honky-tonk Piano",
    "Electric Piano 1", "Electric Piano 2", "Harpsichord", "Clavinet",
    "Celesta", "Glockenspiel", "Music Box", "Vibraphone",
    "Marimba", "Xylophone", "Tubular Bells", "Dulcimer",
    "Drawbar Organ", "Percussive Organ", "Rock Organ", "Church Organ",
    "Reed Organ", "Accordion", "Harmonica", "Tango Accordion",
    "Acoustic Guitar (nylon)", "Acoustic Guitar (steel)", "Electric Guitar (jazz)", "Electric Guitar (clean)",
    "Electric Guitar (muted)", "Overdriven Guitar", "Distortion Guitar", "Guitar Harmonics",
    "Acoustic Bass", "Electric Bass (finger)", "Electric Bass (pick)", "Fretless Bass",
    "Slap Bass 1", "Slap Bass 2", "Synth Bass 1", "Synth Bass 2",
    "Violin", "Viola", "Cello", "Contrabass",
    "Tremolo Strings", "Pizzicato Strings", "Orchestral Harp", "Timpani",
    "String Ensemble 1", "String Ensemble 2", "Synth Strings 1", "Synth Strings 2",
    "Choir Aahs", "Voice Oohs", "Synth Voice", "Orchestra Hit",
    "Trumpet", "Trombone", "Tuba", "Muted Trumpet",
    "French Horn", "Brass Section", "Synth Brass 1", "Synth Brass 2",
    "Soprano Sax", "Alto Sax", "Tenor Sax", "Baritone Sax",
    "Oboe", "English Horn", "Bassoon", "Clarinet",
    "Piccolo", "Flute", "Recorder", "Pan Flute",
    "Blown Bottle", "Shakuhachi", "Whistle", "Ocarina",
    "Lead 1 (square)", "Lead 2 (sawtooth)", "Lead 3 (calliope)", "Lead 4 (chiff)",
    "Lead 5 (charang)", "Lead 6 (voice)", "Lead 7 (fifths)", "Lead 8 (bass + lead)",
    "Pad 1 (new age)", "Pad 2 (warm)", "Pad 3 (polysynth)", "Pad 4 (choir)",
    "Pad 5 (bowed)", "Pad 6 (metallic)", "Pad 7 (halo)", "Pad 8 (sweep)",
    "FX 1 (rain)", "FX 2 (soundtrack)", "FX 3 (crystal)", "FX 4 (atmosphere)",
    "FX 5 (brightness)", "FX 6 (goblins)", "FX 7 (echoes)", "FX 8 (sci-fi)",
    "Sitar", "Banjo", "Shamisen", "Koto",
    "Kalimba", "Bagpipe", "Fiddle", "Shanai",
    "Tinkle Bell", "Agogo", "Steel Drums", "Woodblock",
    "Taiko Drum", "Melodic Tom", "Synth Drum", "Reverse Cymbal",
    "Guitar Fret Noise", "Breath Noise", "Seashore", "Bird Tweet",
    "Telephone Ring", "Helicopter", "Applause", "Gunshot",
)
# fmt: on
"""Names of the programs, a family in every two lines."""

_ALIASES = {
    "piano": "Acoustic Grand Piano", "grand piano": "Acoustic Grand Piano", "acoustic piano": "Acoustic Grand Piano",
    "bright piano": "Bright Acoustic Piano", "honkytonk": "Honky-tonk Piano", "upright piano": "Honky-tonk Piano",
    "electric piano": "Electric Piano 1", "rhodes": "Electric Piano 1", "fender rhodes": "Electric Piano 1",
    "epiano": "Electric Piano 1", "wurlitzer": "Electric Piano 1", "dx7": "Electric Piano 2",
    "fm piano": "Electric Piano 2", "clavi": "Clavinet", "clav": "Clavinet", "cembalo": "Harpsichord",
    "glock": "Glockenspiel", "vibes": "Vibraphone", "vibraharp": "Vibraphone", "bells": "Tubular Bells",
    "chimes": "Tubular Bells", "tubular bell": "Tubular Bells", "hammered dulcimer": "Dulcimer",
    "santur": "Dulcimer", "organ": "Drawbar Organ", "hammond": "Drawbar Organ", "hammond organ": "Drawbar Organ",
    "jazz organ": "Percussive Organ", "pipe organ": "Church Organ", "harmonium": "Reed Organ",
    "blues harp": "Harmonica", "mouth organ": "Harmonica", "bandoneon": "Tango Accordion",
    "guitar": "Acoustic Guitar (steel)", "acoustic guitar": "Acoustic Guitar (steel)",
    "steel guitar": "Acoustic Guitar (steel)", "nylon guitar": "Acoustic Guitar (nylon)",
    "classical guitar": "Acoustic Guitar (nylon)", "spanish guitar": "Acoustic Guitar (nylon)",
    "electric guitar": "Electric Guitar (clean)", "clean guitar": "Electric Guitar (clean)",
    "jazz guitar": "Electric Guitar (jazz)", "muted guitar": "Electric Guitar (muted)",
    "overdrive guitar": "Overdriven Guitar", "overdrive": "Overdriven Guitar", "distorted guitar": "Distortion Guitar",
    "distortion": "Distortion Guitar", "harmonics": "Guitar Harmonics", "bass": "Electric Bass (finger)",
    "bass guitar": "Electric Bass (finger)", "electric bass": "Electric Bass (finger)",
    "fingered bass": "Electric Bass (finger)", "finger bass": "Electric Bass (finger)",
    "picked bass": "Electric Bass (pick)", "pick bass": "Electric Bass (pick)", "fretless": "Fretless Bass",
    "slap bass": "Slap Bass 1", "synth bass": "Synth Bass 1", "upright bass": "Acoustic Bass",
    "jazz bass": "Acoustic Bass", "double bass": "Contrabass", "string bass": "Contrabass",
    "violoncello": "Cello", "tremolo": "Tremolo Strings", "pizzicato": "Pizzicato Strings", "harp": "Orchestral Harp",
    "kettledrums": "Timpani", "strings": "String Ensemble 1", "string ensemble": "String Ensemble 1",
    "slow strings": "String Ensemble 2", "synth strings": "Synth Strings 1", "choir": "Choir Aahs",
    "aahs": "Choir Aahs", "oohs": "Voice Oohs", "voice": "Voice Oohs", "vocals": "Voice Oohs", "vocal": "Voice Oohs",
    "synth choir": "Synth Voice", "horn": "French Horn", "brass": "Brass Section", "synth brass": "Synth Brass 1",
    "sax": "Alto Sax", "saxophone": "Alto Sax", "soprano saxophone": "Soprano Sax", "alto saxophone": "Alto Sax",
    "tenor saxophone": "Tenor Sax", "baritone saxophone": "Baritone Sax", "bari sax": "Baritone Sax",
    "cor anglais": "English Horn", "panpipes": "Pan Flute", "pan pipes": "Pan Flute", "bottle": "Blown Bottle",
    "tin whistle": "Whistle", "square": "Lead 1 (square)", "square lead": "Lead 1 (square)",
    "saw": "Lead 2 (sawtooth)", "sawtooth": "Lead 2 (sawtooth)", "saw lead": "Lead 2 (sawtooth)",
    "lead": "Lead 2 (sawtooth)", "synth lead": "Lead 2 (sawtooth)", "synth": "Lead 2 (sawtooth)",
    "calliope": "Lead 3 (calliope)", "chiff": "Lead 4 (chiff)", "charang": "Lead 5 (charang)",
    "pad": "Pad 2 (warm)", "synth pad": "Pad 2 (warm)", "warm pad": "Pad 2 (warm)", "new age": "Pad 1 (new age)",
    "polysynth": "Pad 3 (polysynth)", "halo": "Pad 7 (halo)", "sweep": "Pad 8 (sweep)", "rain": "FX 1 (rain)",
    "soundtrack": "FX 2 (soundtrack)", "crystal": "FX 3 (crystal)", "atmosphere": "FX 4 (atmosphere)",
    "echoes": "FX 7 (echoes)", "scifi": "FX 8 (sci-fi)", "thumb piano": "Kalimba", "mbira": "Kalimba",
    "bagpipes": "Bagpipe", "shehnai": "Shanai", "steel drum": "Steel Drums", "steelpan": "Steel Drums",
    "wood block": "Woodblock", "taiko": "Taiko Drum", "toms": "Melodic Tom", "fret noise": "Guitar Fret Noise",
    "sea": "Seashore", "birds": "Bird Tweet", "phone": "Telephone Ring",
}  # fmt: skip


def _plain(name: str) -> str:
    """Returns a name without case, punctuation and repeated spaces."""
    return " ".join(re.findall(r"[a-z0-9]+", name.lower()))


_NUMBERS = {_plain(name): number for number, name in enumerate(PROGRAMS)}
_NUMBERS |= {_plain(alias): PROGRAMS.index(name) for alias, name in _ALIASES.items()}
# “Lead 2 (sawtooth)” is also “sawtooth lead 2”, “Acoustic Guitar (nylon)” also “nylon acoustic guitar”.
_NUMBERS |= {
    _plain(f"{match[2]} {match[1]}"): number
    for number, name in enumerate(PROGRAMS)
    if (match := re.fullmatch(r"(.+) \((.+)\)", name))
}


def program_number(text: str) -> int:
    """Returns the program that a person names, or writes as a number from 0.

    >>> program_number("violin"), program_number("Electric bass"), program_number("24")
    (40, 33, 24)

    Raises:
        RequestRefused: there is no such program; the sentence suggests the nearest names.
    """
    if re.fullmatch(r"-?\d+", text.strip()):
        if 0 <= (number := int(text)) < len(PROGRAMS):
            return number
        raise RequestRefused(f"There is no program {number}; General MIDI counts from 0 to 127.")
    found = _NUMBERS.get(_plain(text))
    if found is None:
        raise RequestRefused(f"General MIDI has no program named “{text}”. {_suggest(text)}")
    return found


def _suggest(text: str) -> str:
    """Returns a sentence with the names that are nearest to a name, or share a word with it."""
    plain = _plain(text)
    words = set(plain.split())
    near = difflib.get_close_matches(plain, _NUMBERS, n=8, cutoff=0.6)
    near += [name for name in _NUMBERS if words & set(name.split())]
    names = list(dict.fromkeys(PROGRAMS[_NUMBERS[name]] for name in near))[:4]
    if not names:
        return "Name an instrument, such as violin, or a number from 0 to 127."
    return f"Did you mean {' or '.join(names)}?"
