import { replaceLoneSurrogates } from './bytes';
import { decimal, DOUBLE, INTEGER, LONG_INTEGER, NO_NUMBER, OTHER_DOUBLE, readDecimal } from './decimal';
import { doubleText } from './double-text';
import { jsonTimePaths, timeOfText } from './event-time';
import { readJsonObject } from './json-fields';
import { type JsonEdge, JsonGraph } from './json-graph';
import { type LeafKind, textKind } from './json-fields';
import type { ShapeNode } from './line-shapes';
import type { PathTable } from './path-table';
