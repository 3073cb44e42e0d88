import { preview } from '@countersign/shared/billing';
import fc from 'fast-check';
import { deliveryCase } from './generate.ts';
import { pricedSegments } from './segments.ts';
import { World } from './world.ts';
import { fixed, q, equal } from './rational.ts';
const [runs='300', seed='1', names='plain', am='0', lines='1']=process.argv.slice(2);
let n=0, refused:Record<string,number>={};
const r = fc.check(fc.property(deliveryCase({offers:names.split(','),lines:Number(lines),amendments:Number(am)}), (input)=>{
  n++;
  let kernel; try { kernel = preview(input as never);} catch(e) { const c=(e as any).code+ ' '+(e as any).message; refused[c]=(refused[c]??0)+1; return; }
  const w=new World(input); const span=w.span(input.period);
  const mine = (input.versions[0]!.lines??[]).flatMap(l=>pricedSegments(w,l.id,span)).map(s=>`${s.lineId} ${new Date(s.from*864e5).toISOString().slice(0,10)} ${fixed(s.gross,w.digits)}`).sort();
  const theirs = kernel.lines.map(l=>`${l.lineId} ${l.from} ${l.gross}`).sort();
  if (JSON.stringify(mine)!==JSON.stringify(theirs)) throw new Error('oracle '+JSON.stringify(mine)+'\nkernel '+JSON.stringify(theirs));
}),{seed:Number(seed),numRuns:Number(runs)});
console.log(n, refused);
if(r.failed){console.log('seed',r.seed,'path',r.counterexamplePath); console.log(JSON.stringify(r.counterexample?.[0],null,1).replace(/\n\s*/g,' ')); console.log(r.errorInstance instanceof Error? r.errorInstance.stack!.split('\n').slice(0,6).join('\n'):r.errorInstance);}
