using System.Collections.Immutable;

namespace Gatehouse.Analyzers.Taint;

/// <summary>What a call of a method of the compilation did.</summary>
/// <param name="Return">The result.</param>
/// <param name="This">The object afterwards.</param>
/// <param name="Parameters">The parameters afterwards.</param>
/// <param name="WhenTrue">The parameters when the result is true; null when it is never true.</param>
/// <param name="WhenFalse">The parameters when the result is false; null when it is never false.</param>
internal sealed record CallResult(TaintValue Return, TaintValue This, ImmutableArray<TaintValue> Parameters,
    ImmutableArray<TaintValue>? WhenTrue, ImmutableArray<TaintValue>? WhenFalse);
