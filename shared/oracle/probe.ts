import { preview } from '@countersign/shared/billing';
const base={ id:'v1',contractId:'c',number:'1',sequence:1,currency:'USD',timeZone:'UTC',effectiveFrom:'2026-01-01',effectiveTo:'2027-01-01',recordedAt:'2025-12-15T00:00:00Z'};
const bill=(versions:any,delivery:any,period:string,more:any={})=>{ const r=preview({versions:versions.map((v:any)=>({...base,...v})),facts:{delivery,touches:[],actions:[]},period,...more} as any); return r;};
const g={type:'GRADUATED',counter:'YEAR',tiers:[{upTo:'10',rate:'1'},{upTo:null,rate:'2'}]};
for (const counter of ['YEAR','TERM','QUARTER']) {
 const line={id:'l1',rateType:'CPC',price:{...g,counter}};
 const r=bill([{lines:[line]},{id:'v2',sequence:2,effectiveFrom:'2026-01-10',tierCounters:'RESET',lines:[line]}],[{lineId:'l1',localDate:'2026-01-02',quantity:'10'},{lineId:'l1',localDate:'2026-02-02',quantity:'5'}],'2026-02');
 console.log(counter, r.lines.map(l=>l.gross)); // 5 if reset remembered, 10 if not
}
const c=(part:any)=>bill([{lines:[{id:'l1',rateType:'CPM',price:{type:'COMBINE',op:'SUM',of:[{type:'UNIT',rate:'16'},part]}}]}],[{lineId:'l1',localDate:'2026-01-02',quantity:'1000'}],'2026-01').lines.map(l=>l.gross);
console.log(c({type:'PERCENT',percent:'50',rateType:'CPS'}), c({type:'PERCENT',percent:'50',rateType:'CPS',metric:'REVENUE'}), c({type:'UNIT',rate:'1',rateType:'CPC'}), c({type:'UNIT',rate:'1',rateType:'CPC',metric:'CLICKS'}));
