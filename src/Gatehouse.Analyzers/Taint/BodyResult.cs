namespace Gatehouse.Analyzers.Taint;

/// <summary>What a body returned, and its variables at the end. A state that is null is never reached.</summary>
internal sealed record BodyResult(TaintValue Return, TaintState? Exit, TaintState? WhenTrue, TaintState? WhenFalse);
