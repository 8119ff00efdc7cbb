/** The parts of the grammar that call each other in a circle, put together. */
import type { CType } from './expressions/ctype.ts';
import { readCommon } from './declarations/declarations.ts';
import { readDeclarator } from './declarations/declarator.ts';
import { readName } from './names/lookup.ts';
import { expand } from './templates/packs.ts';
import type { Grammar, Reader } from './reader.ts';
import { readRecordBody } from './declarations/record.ts';
import { readSpecifiers } from './declarations/specifiers.ts';
import { foldAt } from './expressions/folds.ts';
import { instantiate } from './templates/instantiate.ts';
import { valueOf } from './expressions/values.ts';
import { isBasicWord, isTagWord } from './text/words.ts';

export const GRAMMAR: Grammar = {
  startsType,
  typeName,
  simpleType: (r) => readSpecifiers(r).type,
  record: readRecordBody,
  instantiate,
  expand,
  value: valueOf,
  fold: foldAt,
  declaration: readCommon,
};

function startsType(r: Reader): boolean {
  const { cursor } = r;
  if (cursor.atEnd) return false;
  const { token } = cursor;
  if (token.kind !== 'name') return token.text === '::' && isTypeName(r);
  const { text } = token;
  if (isBasicWord(text) || isTagWord(text, r.isCpp)) return true;
  if (
    /^(const|volatile|_Atomic|typename|__extension__|typeof|__typeof__|__typeof|decltype|__underlying_type|unsigned|signed)$/.test(
      text,
    )
  )
    return true;
  return isTypeName(r);
}

function isTypeName(r: Reader): boolean {
  const { cursor } = r;
  const { entity } = plain(r);
  if (entity !== undefined && entity.kind !== 'type' && entity.kind !== 'namespace' && entity.kind !== 'template') return false;
  const back = cursor.mark();
  const name = readName(r);
  back();
  return name?.entity?.kind === 'type';
}

/** What an unqualified name stands for, without reading on. */
function plain(r: Reader): { entity: ReturnType<Reader['scope']['find']> } {
  const { token } = r.cursor;
  return { entity: token.kind === 'name' ? r.scope.find(token.text) : undefined };
}

function typeName(r: Reader): CType {
  const { type } = readSpecifiers(r);
  const declared = readDeclarator(r, type);
  if (declared.name !== undefined) throw r.odd(declared.name);
  return declared.type;
}
