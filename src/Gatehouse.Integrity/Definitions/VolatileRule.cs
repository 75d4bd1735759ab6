using System.Diagnostics.CodeAnalysis;
using Gatehouse.Integrity.Patterns;

namespace Gatehouse.Integrity.Definitions;

/// <summary>A permission for one text of a definition to change, within a pattern. Without a rule a text that changes cannot be pinned.</summary>
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

    /// <summary>The pattern for all of the text, a regular expression of ECMA-262.</summary>
    public string Pattern { get; }

    /// <summary>Makes a rule.</summary>
    /// <param name="kind">The kind of the definition.</param>
    /// <param name="name">Its exact name.</param>
    /// <param name="pointer">JSON Pointer of the text.</param>
    /// <param name="pattern">The pattern that the text must match from beginning to end.</param>
    /// <param name="rule">The rule when the answer is true.</param>
    /// <param name="fault">The reason why the pattern cannot be used, when the answer is false.</param>
    public static bool TryCreate(DefinitionKind kind, string name, string pointer, string pattern, [NotNullWhen(true)]
        out VolatileRule? rule, [NotNullWhen(false)] out string? fault)
    {
        try
        {
            // Parsed by itself first: a pattern must not close the group that it is put into.
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
