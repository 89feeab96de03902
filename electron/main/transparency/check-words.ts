import { fromHex } from './hashes';

/** 256 short words, one for every byte. The list never changes: words read out years ago must still fit. */
const WORDS = `
  acid acorn actor adult agent album alley amber anchor angle ankle apple april apron arena arrow
  artist atlas attic autumn bacon badge baker bamboo banjo barrel basin basket beach beacon bishop blanket
  blossom border bottle bridge broom bubble bucket butter button cabin cactus camel camera canal candle canoe
  carbon carpet castle cedar cello chalk cherry chimney circus citrus clover cobalt coffee comet copper coral
  cotton cradle crane crystal cushion dancer desert diamond dinner dolphin donkey dragon drawer drummer eagle early
  echo eleven ember emperor engine estate fabric falcon farmer feather fiddle finger flannel flute forest fossil
  fountain fox galaxy garden garlic gentle ginger glacier glove goblet golden gravel guitar hammer hamster harbor
  hazel helmet hermit hockey honey horizon hotel hunter igloo indigo insect island ivory jacket jaguar january
  jasmine jelly jersey jigsaw judge jungle kayak kernel kettle kidney kitchen kitten koala ladder lagoon lantern
  laser lemon leopard letter lilac linen lizard lobster locket lumber magnet mango maple marble market meadow
  melon mermaid mirror monkey mosaic muffin museum napkin nectar needle nephew nickel noodle nutmeg oasis ocean
  olive onion opera orange orchid otter oven oxygen oyster paddle palace panda paper parrot pebble pencil
  pepper piano pickle pigeon pillow pirate planet plaza pocket poem polar potato prism puppet puzzle pyramid
  quartz quiver rabbit radar radio raven ribbon river robin rocket ruby saddle salmon sandal satin scarf
  school shadow shelter signal silver siren socket spider spring square statue summer sunset tablet talon temple
  thunder tiger timber tomato tractor trumpet tulip tunnel turtle umpire valley velvet violin volcano wagon walnut
`
  .trim()
  .split(/\s+/);

const CHECK_BYTES = 8;

/** Eight words for the first eight bytes of a root, to read out on the telephone. */
export const checkWords = (rootHex: string): readonly string[] =>
  Array.from(fromHex(rootHex).subarray(0, CHECK_BYTES), (byte) => WORDS[byte] ?? '');
