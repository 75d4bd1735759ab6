using System.Collections.Frozen;

namespace Gatehouse.Integrity.Schema.Compilation;

/// <summary>The published meta-schemas, carried in this assembly so that nothing need be fetched.</summary>
internal static class Metaschemas
{
    // The beginning of the names of their resources in this assembly; see the project file.
    private const string Prefix = "metaschema/";
    private static readonly FrozenDictionary<string, string> Names = All().ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Finds a meta-schema or one of its vocabularies by URI without fragment.</summary>
    public static bool TryFind(string uri, out ReadOnlyMemory<byte> document)
    {
        document = default;
        if (!Names.TryGetValue(uri.Replace("http://json-schema.org/draft/", "https://json-schema.org/draft/", StringComparison.Ordinal),
            out var name))
            return false;
        using var stream = typeof(Metaschemas).Assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        document = bytes;
        return true;
    }

    private static IEnumerable<KeyValuePair<string, string>> All()
    {
        foreach (var name in typeof(Metaschemas).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            var parts = name[Prefix.Length..].Split('.');
            var old = parts[0].StartsWith("draft-", StringComparison.Ordinal);
            yield return new(
                old ? $"http://json-schema.org/{parts[0]}/schema"
                : parts[1] == "schema" ? $"https://json-schema.org/draft/{parts[0]}/schema"
                : $"https://json-schema.org/draft/{parts[0]}/meta/{parts[1]}",
                name);
        }
    }
}
