using Microsoft.CodeAnalysis;

namespace Gatehouse.Analyzers.Taint;

/// <summary>A call with what is known of its values: the same call gives the same result.</summary>
internal readonly struct CallKey(IMethodSymbol method, TaintValue receiver, IReadOnlyList<TaintValue> arguments) : IEquatable<CallKey>
{
    private readonly IMethodSymbol method = method;
    private readonly TaintValue receiver = receiver;
    private readonly IReadOnlyList<TaintValue> arguments = arguments;

    public bool Equals(CallKey other) => SymbolEqualityComparer.Default.Equals(method, other.method) && receiver.Equals(other.receiver)
        && arguments.SequenceEqual(other.arguments);

    public override bool Equals(object? obj) => obj is CallKey other && Equals(other);

    public override int GetHashCode() => arguments.Aggregate(SymbolEqualityComparer.Default.GetHashCode(method) ^ receiver.GetHashCode(),
        (hash, argument) => (hash * 31) + argument.GetHashCode());
}
