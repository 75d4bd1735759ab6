using Gatehouse.Integrity.Definitions;
using Gatehouse.Text;

namespace Gatehouse.Integrity.Locks;

/// <summary>Finds the definition that a name with a slip in it probably means.</summary>
public static class NearestDefinition
{
    /// <summary>Returns the words <c>; did you mean NAME?</c>, or nothing where no definition is near.</summary>
    /// <param name="written">The name that no definition has.</param>
    /// <param name="known">The definitions that there are.</param>
    public static string Words(DefinitionRef written, IEnumerable<(string Server, DefinitionKind Kind, string Name)> known)
    {
        ArgumentNullException.ThrowIfNull(written);
        return Of(written, [.. known]) is { } near ? $"; did you mean {near}?" : "";
    }

    private static DefinitionRef? Of(DefinitionRef written, IReadOnlyList<(string Server, DefinitionKind Kind, string Name)> known)
    {
        var server = known.Any(one => one.Server == written.Server)
            ? written.Server : Nearest.Of(written.Server, known.Select(static one => one.Server).Distinct(StringComparer.Ordinal));
        if (server is null) return null;
        var near = written with { Server = server };
        if (known.Any(one => near.Means(one.Server, one.Kind, one.Name))) return near;
        if (written.Name is not { } name) return null;
        var ofKind = known.Where(one => one.Server == server && one.Kind == written.Kind).Select(static one => one.Name);
        return Nearest.Of(name, ofKind) is { } other ? near with { Name = other } : null;
    }
}
