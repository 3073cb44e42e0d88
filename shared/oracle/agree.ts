import { preview } from '@countersign/shared/billing';
import fc from 'fast-check';
import { settledCase } from './generate.ts';
import { World } from './world.ts';
import { Settlement, PARTS } from './settle.ts';
import { fixed, q, sum } from './rational.ts';
const [runs='300', seed='1', names='plain', am='0', lines='1', opt='']=process.argv.slice(2);
let n=0, refused:Record<string,number>={};
const options={scoped:opt.includes('s'),windows:opt.includes('w')?['QUARTER','YEAR','TERM']:[],carry:opt.includes('c'),negative:opt.includes('n')};
const r = fc.check(fc.property(settledCase({offers:names.split(','),lines:Number(lines),amendments:Number(am)},options), (input)=>{
  n++;
  let kernel: any; try { kernel = preview(input as never);} catch(e) { const c=(e as any).code+ ' '+(e as any).message; refused[c]=(refused[c]??0)+1; return; }
  const w=new World(input); const span=w.span(input.period);
  const f=(x:any)=>fixed(x,w.digits);
  const bill = new Settlement(w).billOf(span);
  const mine = [...bill.lines.map(l=>`${l.lineId} [${l.segments.map(s=>f(s.gross)+'/'+s.quantity.n+'_'+s.quantity.d)}] ${PARTS.map(p=>p[0]+p[2]+f(l.amounts[p])).join(' ')}`).sort(), [...PARTS,'net','total'].map(p=>f((bill.totals as any)[p])).join(' ')];
  const ids=[...new Set(kernel.lines.map((l:any)=>l.lineId))] as string[];
  const theirs = [...ids.map(id=>{const rows=kernel.lines.filter((l:any)=>l.lineId===id);
    return `${id} [${rows.map((l:any)=>l.gross+'/'+q(l.quantity).n+'_'+q(l.quantity).d)}] ${PARTS.map(p=>p[0]!+p[2]+f(sum(rows.map((l:any)=>q(p==='gross'?l.gross:l.shares[p]))))).join(' ')}`}).sort(), [...PARTS,'net','total'].map(p=>kernel.totals[p]).join(' ')];
  if (JSON.stringify(mine)!==JSON.stringify(theirs)) throw new Error('\noracle '+mine.join('\n   ')+'\nkernel '+theirs.join('\n   '));
}),{seed:Number(seed),numRuns:Number(runs)});
console.log(n, refused);
if(r.failed){console.log('seed',r.seed,'path',r.counterexamplePath?.length); console.log(JSON.stringify(r.counterexample?.[0],null,1).replace(/\n\s*/g,' ')); console.log(r.errorInstance instanceof Error? r.errorInstance.stack!.split('\n').slice(0,12).join('\n'):r.errorInstance);}
