import { casesOf, filling } from '../hostile-case.js';

/** Promises, host tools, and what was removed. */
export const asyncCases = [
  ...casesOf('async', [
    ['never_settles', 'await new Promise(()=>{})', ['runtime'], 'Error: the awaited promise never settles'],
    ['promise_subclass', 'class P extends Promise{then(r){r(1);for(;;);}}await new P(()=>{})', ['timeout']],
    ['thenable_loop', 'await {then(r){for(;;);}}', ['timeout']],
    ['thenable_getter', 'await {get then(){for(;;);}}', ['timeout']],
    ['async_generator_flood', 'async function*g(){for(;;)yield 1}for await(const x of g());', ['timeout']],
    ['all_settled_flood', 'for(;;)await Promise.allSettled(new Array(1000).fill(0))', ['timeout', 'memory']],
    ['rejection_storm', 'for(let i=0;i<1e4;i++)Promise.reject(i);throw 1', ['runtime']],
    ['patched_then', 'Promise.prototype.then=function(){for(;;);};await 1', ['ok', 'timeout']],
    ['patched_resolve', 'Promise.resolve=()=>{for(;;);};await 1;2', ['ok'], '2'],
    [
      'microtask_after_end',
      'Promise.resolve().then(function f(){return Promise.resolve().then(f)});1',
      ['timeout', ...filling],
    ],
    ['tool_flood', 'for(;;)asyncThrow()', ['runtime', 'internal']],
    ['tool_flood_await', 'for(;;)try{await asyncThrow()}catch{}', ['timeout']],
    ['tool_in_finally', 'try{await asyncThrow()}finally{for(;;);}', ['timeout']],
    [
      'tool_error_walk',
      'await asyncThrow().catch(e=>typeof e.constructor.constructor("return this")().process)',
      ['ok'],
      'undefined',
    ],
    [
      'tool_error_stack',
      'await logThrow().catch(e=>Object.getOwnPropertyNames(e).map(k=>e[k]).join())',
      ['ok'],
      'Error: tool logThrow failed,tool logThrow failed',
    ],
    ['tool_thenable_args', 'await tools.asyncThrow({toJSON(){for(;;);}})', ['timeout']],
    ['tool_huge_args', 'await tools.asyncThrow({x:"x".repeat(2**24)})', ['runtime', 'memory']],
    ['tool_args_proxy', 'await tools.asyncThrow(new Proxy({},{ownKeys(){for(;;);}}))', ['timeout']],
    ['tool_args_circular', 'const o={};o.o=o;await tools.asyncThrow(o)', ['runtime']],
    [
      'tool_forged_json',
      'JSON.stringify=()=>"[1,\\"x\\"]";String.prototype.toJSON=()=>"x";await tools.asyncThrow({}).catch(e=>e.message)',
      ['ok'],
      'tool asyncThrow failed',
    ],
    [
      'tool_resolver_capture',
      'Promise=class{constructor(f){this.f=f}};await tools.asyncThrow({}).catch(e=>e.message)',
      ['ok'],
      'tool asyncThrow failed',
    ],
    [
      'tool_proto_setter',
      'Object.defineProperty(Object.prototype,"next",{set(){throw 1}});await tools.asyncThrow({}).catch(e=>e.message)',
      ['ok'],
      'tool asyncThrow failed',
    ],
  ]),
  ...casesOf('wasm', [
    ['wasm_compile', 'await WebAssembly.compile(new Uint8Array([0,97,115,109,1,0,0,0]))', ['runtime']],
    ['wasm_by_prototype', 'Object.getPrototypeOf(async()=>{}).constructor("return WebAssembly")()', ['runtime']],
    ['wasm_table', 'new WebAssembly.Table({initial:1e7,element:"anyfunc"})', ['runtime']],
    ['wasm_asm_js', '(function(){"use asm";function f(){for(;;);}return f})()()', ['timeout']],
  ]),
  ...casesOf('atomics', [
    ['atomics_wait_async', 'Atomics.waitAsync(new Int32Array(new SharedArrayBuffer(4)),0,0,1e6)', ['runtime']],
    ['atomics_pause', 'for(;;)Atomics.pause()', ['runtime']],
    ['shared_from_memory', 'new Int32Array(new SharedArrayBuffer(2**30)).length', ['runtime']],
    ['weakref_gc', 'new WeakRef({}).deref()', ['runtime']],
    ['finalization', 'new FinalizationRegistry(()=>{for(;;);}).register({},1)', ['runtime']],
  ]),
];
