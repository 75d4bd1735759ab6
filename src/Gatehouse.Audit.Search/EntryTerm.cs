namespace Gatehouse.Audit.Search;

/// <summary>A property of an entry by which it is found.</summary>
/// <param name="Label">The kind of property.</param>
/// <param name="Value">Its value, as it is compared.</param>
internal readonly record struct EntryTerm(string Label, string Value)
{
    public const string Every = "every";
    public const string Verdict = "verdict";
    public const string Server = "server";
    public const string Tool = "tool";
    public const string Code = "code";
    public const string Method = "method";

    /// <summary>A finding, by which entries are counted: once for each exchange, and by its reason only.</summary>
    public const string Finding = "finding";

    /// <summary>A name of a finding, by which entries are found: its reason or its id.</summary>
    public const string FindingName = "finding-name";

    public const string Act = "act";
    public const string Kind = "kind";
    public const string Person = "person";
    public const string Named = "named";
    public const string Owner = "owner";
    public const string Group = "group";
    public const string Issuer = "issuer";
    public const string Client = "client";
    public const string Session = "session";
    public const string Id = "id";
    public const string Word = "word";

    /// <summary>The facets by which entries are counted, by the number that the index has for each, from 1.</summary>
    public static IReadOnlyList<string> Facets { get; } = [Verdict, Server, Tool, Code, Method, Finding, Act, Issuer];

    private static readonly Dictionary<string, int> Numbers =
        Facets.Select((name, at) => (name, at)).ToDictionary(one => one.name, one => one.at + 1);

    /// <summary>The number of the facet; 0 for a property that is not counted.</summary>
    public int Facet => Numbers.GetValueOrDefault(Label);

    /// <summary>Returns the property of entries of a person.</summary>
    public static EntryTerm OwnerOf(string issuer, string subject) => new(Owner, Pair(issuer, subject));

    /// <summary>Returns the property of entries that name a person with the issuer: as the caller, or in a control entry.</summary>
    public static EntryTerm Naming(string issuer, string subject) => new(Named, Pair(issuer, subject));

    /// <summary>Returns the property of entries whose caller was in a group that the configuration of reading named.</summary>
    public static EntryTerm GroupOf(string issuer, string group) => new(Group, Pair(issuer, group));

    // No other pair has the same text.
    private static string Pair(string issuer, string name) => $"{issuer.Length} {issuer} {name}";
}
