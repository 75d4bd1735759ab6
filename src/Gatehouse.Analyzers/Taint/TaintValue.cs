using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Gatehouse.Analyzers.Taint;

/// <summary>What the analysis knows of a value.</summary>
internal sealed record TaintValue
{
    /// <summary>In <see cref="Text"/>: a part that no caller decides, and that the analysis does not know.</summary>
    internal const char UnknownPart = '\uFFFF';

    /// <summary>In <see cref="Text"/>: a part that an argument decides.</summary>
    internal const char TaintedPart = '\uFFFE';

    // Objects in objects are followed so far; below that a member is as dangerous as its object.
    private const int MaxDepth = 3;

    private const int MaxText = 512;

    private const int MaxOrigins = 8;

    /// <summary>A value that no argument decides.</summary>
    public static TaintValue Clean { get; } = new();

    /// <summary>What it is dangerous for. It also holds for members that are not in <see cref="Members"/>.</summary>
    public TaintKinds Kinds { get; init; }

    /// <summary>Members that are known by themselves.</summary>
    public ImmutableDictionary<string, TaintValue> Members { get; init; } = ImmutableDictionary<string, TaintValue>.Empty;

    /// <summary>The beginning of the text with marks for the parts that are not known, or null.</summary>
    public string? Text { get; init; }

    /// <summary>Whether the text ends with a separator of paths; null when that is not known.</summary>
    public bool? Separator { get; init; }

    public ValueForm Form { get; init; }

    public ImmutableHashSet<Origin> Origins { get; init; } = [];

    /// <summary>The argument that decides the value, for the message.</summary>
    public IParameterSymbol? Argument { get; init; }

    /// <summary>The places that read the text of an exception.</summary>
    public ImmutableHashSet<Location> Exceptions { get; init; } = [];

    public FunctionValue? Function { get; init; }

    /// <summary>The text when all of it is known.</summary>
    public string? Constant => Text is { Length: < MaxText } && Text.IndexOf(UnknownPart) < 0 && Text.IndexOf(TaintedPart) < 0 ? Text : null;

    /// <summary>What the value or any of its members is dangerous for.</summary>
    public TaintKinds Whole => Members.Count == 0 ? Kinds : Members.Values.Aggregate(Kinds, (kinds, member) => kinds | member.Whole);

    public bool Tainted => Whole != TaintKinds.None;

    /// <summary>The text for use in a longer one.</summary>
    public string Part => Text ?? ((Whole & TaintKinds.Argument) != 0 ? TaintedPart : UnknownPart).ToString();

    public static TaintValue OfText(string text) => Clean with { Text = Cut(text), Separator = EndsWithSeparator(text) };

    public static string Cut(string text) => text.Length <= MaxText ? text : text.Substring(0, MaxText);

    public static bool? EndsWithSeparator(string text) =>
        text.Length == 0 || text[text.Length - 1] is UnknownPart or TaintedPart ? null : text[text.Length - 1] is '/' or '\\';

    /// <summary>Takes away the kinds, in members too.</summary>
    public TaintValue Without(TaintKinds kinds) => (Whole & kinds) == 0 ? this : this with
    {
        Kinds = Kinds & ~kinds,
        Members = Members.ToImmutableDictionary(member => member.Key, member => member.Value.Without(kinds)),
    };

    /// <summary>The value as a part of another one: the same danger, without members, text and origins.</summary>
    public TaintValue Flat() => !Tainted ? Clean : Clean with { Kinds = Whole, Argument = AnyArgument(), Exceptions = AllExceptions() };

    public TaintValue Member(string name) => Members.TryGetValue(name, out var member) ? member
        : Kinds == TaintKinds.None ? Clean : Clean with { Kinds = Kinds, Argument = Argument, Exceptions = Exceptions };

    public TaintValue With(string name, TaintValue value) => DepthOf(value) < MaxDepth
        ? this with { Members = Members.SetItem(name, value with { Origins = [] }) } : Join(this, value.Flat());

    public static TaintValue Join(TaintValue one, TaintValue other)
    {
        if (ReferenceEquals(one, other) || one.Equals(other)) return one;
        var members = one.Members;
        if (one.Members.Count + other.Members.Count > 0)
        {
            var names = one.Members.Keys.Union(other.Members.Keys).ToList();
            members = names.ToImmutableDictionary(name => name, name => Join(one.Member(name), other.Member(name)));
        }

        var origins = one.Origins.Union(other.Origins);
        return new TaintValue
        {
            Kinds = one.Kinds | other.Kinds,
            Members = members,
            Text = one.Text == other.Text ? one.Text : null,
            Separator = one.Separator == other.Separator ? one.Separator : null,
            Form = one.Form == other.Form ? one.Form : ValueForm.Any,
            // A value of either origin is checked only when both are; where both differ, nothing is concluded.
            Origins = one.Tainted && other.Tainted && !one.Origins.SetEquals(other.Origins) ? [] : origins.Count > MaxOrigins ? [] : origins,
            Argument = one.Argument ?? other.Argument,
            Exceptions = one.Exceptions.Union(other.Exceptions),
            Function = one.Function ?? other.Function,
        };
    }

    public bool Equals(TaintValue? other) => other is not null && Kinds == other.Kinds && Text == other.Text && Separator == other.Separator
        && Form == other.Form && Members.Count == other.Members.Count && Origins.SetEquals(other.Origins) && Equals(Function, other.Function)
        && Exceptions.SetEquals(other.Exceptions) && SymbolEqualityComparer.Default.Equals(Argument, other.Argument)
        && Members.All(member => other.Members.TryGetValue(member.Key, out var value) && value.Equals(member.Value));

    public override int GetHashCode() => ((int)Kinds * 397) ^ (Text?.GetHashCode() ?? 0) ^ (Members.Count << 16);

    private static int DepthOf(TaintValue value) => value.Members.Count == 0 ? 0 : 1 + value.Members.Values.Max(DepthOf);

    private IParameterSymbol? AnyArgument() => Argument ?? Members.Values.Select(member => member.AnyArgument()).FirstOrDefault(found =>
        found is not null);

    private ImmutableHashSet<Location> AllExceptions() =>
        Members.Values.Aggregate(Exceptions, (places, member) => places.Union(member.AllExceptions()));
}
