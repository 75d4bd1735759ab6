using System.Diagnostics.CodeAnalysis;

namespace Gatehouse.Integrity.Definitions;

/// <summary>The written forms of kinds, and the places of their names.</summary>
public static class DefinitionKinds
{
    private static readonly string[] Texts = ["tool", "prompt", "resource", "template", "instructions", "capabilities", "server"];

    /// <summary>Returns the word of a kind, as the lock file has it.</summary>
    public static string Text(DefinitionKind kind) => Texts[(int)kind];

    /// <summary>Finds a kind by its word.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out DefinitionKind kind)
    {
        var at = Array.IndexOf(Texts, text);
        kind = (DefinitionKind)Math.Max(at, 0);
        return at >= 0;
    }

    /// <summary>Returns whether a server has any number of this kind, each with a name.</summary>
    public static bool IsNamed(DefinitionKind kind) => kind <= DefinitionKind.ResourceTemplate;

    internal static DefinitionKind Parse(string text) =>
        TryParse(text, out var kind) ? kind : throw new ArgumentException("no kind of definition", nameof(text));

    internal static ReadOnlySpan<byte> NameMember(DefinitionKind kind) => kind switch
    {
        DefinitionKind.Resource => "uri"u8,
        DefinitionKind.ResourceTemplate => "uriTemplate"u8,
        _ => "name"u8,
    };

    internal static ReadOnlySpan<byte> ListMember(DefinitionKind kind) => kind switch
    {
        DefinitionKind.Tool => "tools"u8,
        DefinitionKind.Prompt => "prompts"u8,
        DefinitionKind.Resource => "resources"u8,
        _ => "resourceTemplates"u8,
    };
}
