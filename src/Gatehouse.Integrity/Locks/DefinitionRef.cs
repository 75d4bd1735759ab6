using System.Diagnostics.CodeAnalysis;
using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Integrity.Locks;

/// <summary>A name of definitions on a command line: <c>server</c>, <c>server/tool</c> or <c>server/tool/name</c>.</summary>
/// <param name="Server">The server's name in the configuration.</param>
/// <param name="Kind">The kind, or null for all.</param>
/// <param name="Name">The exact name, or null for all of the kind.</param>
public sealed record DefinitionRef(string Server, DefinitionKind? Kind, string? Name)
{
    /// <summary>Reads a name. The text after the kind is the name as it is, slashes included.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out DefinitionRef? reference)
    {
        ArgumentNullException.ThrowIfNull(text);
        reference = null;
        var parts = text.Split('/', 3);
        if (parts[0].Length == 0)
            return false;
        if (parts.Length == 1)
        {
            reference = new DefinitionRef(parts[0], null, null);
            return true;
        }

        if (!DefinitionKinds.TryParse(parts[1], out var kind) || (parts.Length == 3 && (parts[2].Length == 0 || !DefinitionKinds.IsNamed(kind))))
            return false;
        reference = new DefinitionRef(parts[0], kind, parts.Length == 3 ? parts[2] : null);
        return true;
    }

    /// <summary>Returns whether a definition of the server is meant.</summary>
    public bool Means(string server, DefinitionKind kind, string name) =>
        server == Server && (Kind is null || Kind == kind) && (Name is null || Name == name);

    /// <inheritdoc/>
    public override string ToString() =>
        Kind is not { } kind ? Server : Name is null ? $"{Server}/{DefinitionKinds.Text(kind)}" : $"{Server}/{DefinitionKinds.Text(kind)}/{Name}";
}
