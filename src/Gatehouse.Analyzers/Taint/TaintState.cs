using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Gatehouse.Analyzers.Taint;

/// <summary>
/// The variables at one point of a method. A key is a symbol, the id of a value that the compiler captured, or <see cref="This"/>.
/// </summary>
internal sealed class TaintState
{
    /// <summary>The key of the object whose method runs.</summary>
    public static readonly object This = new();

    /// <summary>No variable is known.</summary>
    public static readonly TaintState Empty = new(ImmutableDictionary.Create<object, TaintValue>(Keys.Comparer),
        ImmutableDictionary.Create<object, Fact>(Keys.Comparer));

    private readonly ImmutableDictionary<object, TaintValue> values;
    private readonly ImmutableDictionary<object, Fact> facts;

    private TaintState(ImmutableDictionary<object, TaintValue> values, ImmutableDictionary<object, Fact> facts)
    {
        this.values = values;
        this.facts = facts;
    }

    public TaintValue this[object key] => values.TryGetValue(key, out var value) ? value : TaintValue.Clean;

    public bool Has(object key) => values.ContainsKey(key);

    public TaintState Set(object key, TaintValue value)
    {
        if (values.TryGetValue(key, out var old) && old.Equals(value) && facts.IsEmpty) return this;
        // What a boolean says about the variable was true of its earlier content.
        var kept = facts.Remove(key);
        foreach (var fact in facts)
            if (!Equals(fact.Key, key)) kept = kept.SetItem(fact.Key, fact.Value.With(key, value));
        return new TaintState(values.SetItem(key, value), kept);
    }

    /// <summary>Keeps what holds when the boolean is true, and when it is false. A state that is null cannot happen.</summary>
    public TaintState Know(object key, TaintState? whenTrue, TaintState? whenFalse) =>
        new(values, facts.SetItem(key, new Fact(whenTrue?.values, whenFalse?.values)));

    public bool Knows(object key) => facts.ContainsKey(key);

    /// <summary>The state under the condition that the boolean has the value; null when that cannot happen.</summary>
    public TaintState? When(object key, bool value)
    {
        if (!facts.TryGetValue(key, out var fact)) return this;
        var chosen = value ? fact.WhenTrue : fact.WhenFalse;
        return chosen is null ? null : new TaintState(chosen, facts);
    }

    public static TaintState? Join(TaintState? one, TaintState? other)
    {
        if (one is null || other is null) return one ?? other;
        if (ReferenceEquals(one, other)) return one;
        var known = one.facts;
        foreach (var fact in other.facts)
            known = known.SetItem(fact.Key, known.TryGetValue(fact.Key, out var mine) ? Fact.Join(mine, fact.Value) : fact.Value);
        return new TaintState(Join(one.values, other.values)!, known);
    }

    public bool Same(TaintState other) => ReferenceEquals(this, other)
        || (values.Count == other.values.Count && facts.Count == other.facts.Count
            && Fact.Same(values, other.values)
            && facts.All(fact => other.facts.TryGetValue(fact.Key, out var same) && fact.Value.Same(same)));

    private static ImmutableDictionary<object, TaintValue>? Join(ImmutableDictionary<object, TaintValue>? one, ImmutableDictionary<object,
        TaintValue>? other)
    {
        if (one is null || other is null) return one ?? other;
        if (ReferenceEquals(one, other)) return one;
        // A variable that one side does not have was not assigned there.
        var joined = one;
        foreach (var pair in other)
            joined = joined.SetItem(pair.Key, joined.TryGetValue(pair.Key, out var mine) ? TaintValue.Join(mine, pair.Value) : pair.Value);
        return joined;
    }

    private sealed record Fact(ImmutableDictionary<object, TaintValue>? WhenTrue, ImmutableDictionary<object, TaintValue>? WhenFalse)
    {
        public Fact With(object key, TaintValue value) => new(WhenTrue?.SetItem(key, value), WhenFalse?.SetItem(key, value));

        public static Fact Join(Fact one, Fact other) =>
            new(TaintState.Join(one.WhenTrue, other.WhenTrue), TaintState.Join(one.WhenFalse, other.WhenFalse));

        public bool Same(Fact other) => Same(WhenTrue, other.WhenTrue) && Same(WhenFalse, other.WhenFalse);

        public static bool Same(ImmutableDictionary<object, TaintValue>? one, ImmutableDictionary<object, TaintValue>? other) =>
            ReferenceEquals(one, other) || (one is not null && other is not null && one.Count == other.Count
                && one.All(pair => other.TryGetValue(pair.Key, out var value) && value.Equals(pair.Value)));
    }

    private sealed class Keys : IEqualityComparer<object>
    {
        public static readonly Keys Comparer = new();

        bool IEqualityComparer<object>.Equals(object x, object y) => x is ISymbol one && y is ISymbol other
            ? SymbolEqualityComparer.Default.Equals(one, other) : Equals(x, y);

        int IEqualityComparer<object>.GetHashCode(object obj) =>
            obj is ISymbol symbol ? SymbolEqualityComparer.Default.GetHashCode(symbol) : obj.GetHashCode();
    }
}
