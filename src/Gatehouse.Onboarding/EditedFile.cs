namespace Gatehouse.Onboarding;

/// <summary>One file that a plan edits.</summary>
public sealed record EditedFile
{
    internal EditedFile(EditableFile before, byte[] after) => (Before, After) = (before, after);

    /// <summary>Its path; not escaped yet.</summary>
    public required string Path { get; init; }

    /// <summary>Servers that are edited, in the order of the file.</summary>
    public required IReadOnlyList<EditedServer> Servers { get; init; }

    /// <summary>The change as a unified difference, line by line: escaped for a terminal, values of variables and secrets replaced.</summary>
    public required IReadOnlyList<string> Difference { get; init; }

    /// <summary>True when the file is byte for byte what it was before it was ever wrapped. False for a plan that wraps.</summary>
    public bool IsOriginal { get; init; }

    internal EditableFile Before { get; }

    internal byte[] After { get; }

    /// <summary>Records that the ledger gets.</summary>
    internal IReadOnlyList<WrapRecord> Added { get; init; } = [];

    /// <summary>Records that it loses.</summary>
    internal IReadOnlyList<WrapRecord> Removed { get; init; } = [];
}
