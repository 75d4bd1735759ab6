using System.Diagnostics.CodeAnalysis;
using Gatehouse.Integrity.Patterns;

namespace Gatehouse.Integrity.Definitions;

/// <summary>Says which text of a definition may change, and into what. Without one a text that changes cannot be pinned.</summary>
public sealed class VolatileRule
{
    private const int MaxStates = 10_000;

    private readonly LinearPattern pattern;

    private VolatileRule(DefinitionKind kind, string name, string pointer, string pattern, LinearPattern compiled)
    {
        Kind = kind;
        Name = name;
        Pointer = pointer;
        Pattern = pattern;
        this.pattern = compiled;
    }

    /// <summary>The kind of the definition.</summary>
    public DefinitionKind Kind { get; }

    /// <summary>Its exact name.</summary>
    public string Name { get; }

    /// <summary>JSON Pointer of the text.</summary>
    public string Pointer { get; }

    /// <summary>What all of the text must match, a regular expression of ECMA-262.</summary>
    public string Pattern { get; }

    /// <summary>Makes a rule.</summary>
    /// <param name="kind">The kind of the definition.</param>
    /// <param name="name">Its exact name.</param>
    /// <param name="pointer">JSON Pointer of the text.</param>
    /// <param name="pattern">What the text must match from beginning to end.</param>
    /// <param name="rule">The rule when the answer is true.</param>
    /// <param name="fault">Why the pattern cannot be used, when the answer is false.</param>
    public static bool TryCreate(DefinitionKind kind, string name, string pointer, string pattern, [NotNullWhen(true)]
        out VolatileRule? rule, [NotNullWhen(false)] out string? fault)
    {
        try
        {
            // Parsed alone first: a pattern must not close the group that it is put into.
            LinearPattern.Compile(pattern, MaxStates);
            rule = new VolatileRule(kind, name, pointer, pattern, LinearPattern.Compile($"^(?:{pattern})$", MaxStates));
            fault = null;
            return true;
        }
        catch (PatternRefused refused)
        {
            rule = null;
            fault = refused.Message;
            return false;
        }
    }

    internal bool Fits(ReadableText text)
    {
        long work = 1_000_000;
        return !text.IsMemberName && text.Kind == Kind && text.Name == Name && text.Pointer == Pointer && pattern.Matches(text.Text, ref work);
    }
}
