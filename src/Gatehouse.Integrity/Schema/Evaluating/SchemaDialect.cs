namespace Gatehouse.Integrity.Schema.Evaluating;

/// <summary>The rules by which the keywords of a resource are read.</summary>
internal sealed record SchemaDialect(SchemaDraft Draft, Vocabularies Vocabularies)
{
    private static readonly Dictionary<string, SchemaDraft> Drafts = new(StringComparer.Ordinal)
    {
        ["json-schema.org/draft/2020-12/schema"] = SchemaDraft.Draft202012,
        ["json-schema.org/draft/2019-09/schema"] = SchemaDraft.Draft201909,
        ["json-schema.org/draft-07/schema"] = SchemaDraft.Draft07,
        ["json-schema.org/draft-06/schema"] = SchemaDraft.Draft06,
    };

    /// <summary>The dialect of a schema that names none: MCP says 2020-12 (2025-11-25 basic, JSON Schema usage).</summary>
    public static SchemaDialect Default { get; } = new(SchemaDraft.Draft202012, Vocabularies.All);

    /// <summary>Returns the dialect of a published meta-schema, or null. Both schemes and an empty fragment occur in real schemas.</summary>
    public static SchemaDialect? Published(string uri)
    {
        var bare = uri.TrimEnd('#');
        bare = bare.StartsWith("https://", StringComparison.Ordinal) ? bare[8..]
            : bare.StartsWith("http://", StringComparison.Ordinal) ? bare[7..] : bare;
        return Drafts.TryGetValue(bare, out var draft) ? new SchemaDialect(draft, Vocabularies.All) : null;
    }

    /// <summary>Returns the group behind the URI of a vocabulary, or null when it is not known.</summary>
    public static Vocabularies? Vocabulary(string uri)
    {
        var at = uri.LastIndexOf("/vocab/", StringComparison.Ordinal);
        if (at < 0 || uri[..at] is not ("https://json-schema.org/draft/2020-12" or "https://json-schema.org/draft/2019-09"))
            return null;
        var is2019 = uri[at - 1] == '9';
        return uri[(at + 7)..] switch
        {
            "core" or "meta-data" or "content" or "format" or "format-annotation" => Vocabularies.None,
            "applicator" => is2019 ? Vocabularies.Applicator | Vocabularies.Unevaluated : Vocabularies.Applicator,
            "unevaluated" => Vocabularies.Unevaluated,
            "validation" => Vocabularies.Validation,
            "format-assertion" => Vocabularies.FormatAssertion,
            _ => null,
        };
    }
}
