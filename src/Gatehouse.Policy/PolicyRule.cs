namespace Gatehouse.Policy;

/// <summary>
/// One sentence of the policy: these subjects may (or may not) use these things of these servers.
/// </summary>
/// <remarks>
/// A rule that lists tools, prompts, resources or methods speaks of those alone; a rule that lists none speaks of
/// every known method and every name. Methods that name nothing (handshake, lists, notifications) are open to whom
/// any permit of the server applies: without them no client could use what it is permitted to use. What a list shows
/// is decided by the same rules, entry by entry.
/// </remarks>
public sealed record PolicyRule
{
    /// <summary>Unique id; stands in events and explanations.</summary>
    public required string Id { get; init; }

    /// <summary>True for a forbid rule.</summary>
    public bool Forbids { get; init; }

    /// <summary>The subjects; null for every authenticated caller.</summary>
    public WhoClause? Who { get; init; }

    /// <summary>The servers; null for all.</summary>
    public NameSet? Servers { get; init; }

    /// <summary>Tools.</summary>
    public NameSet? Tools { get; init; }

    /// <summary>Prompts.</summary>
    public NameSet? Prompts { get; init; }

    /// <summary>Resource URIs.</summary>
    public NameSet? Resources { get; init; }

    /// <summary>Methods. The only way to permit a method that no revision knows is to write its full name here.</summary>
    public NameSet? Methods { get; init; }

    internal bool IsAbout(PolicySubject subject, string server) =>
        (Servers is null || Servers.Contains(server)) && (Who is null || Who.Matches(subject));

    internal bool Covers(in PolicyRequest request)
    {
        if (!request.KnownMethod) return Methods is not null && Methods.Names(request.Method);
        if (Methods is not null && Methods.Contains(request.Method)) return true;
        return request.Target switch
        {
            PolicyTarget.Tool => CoversName(Tools, request.Name),
            PolicyTarget.Prompt => CoversName(Prompts, request.Name),
            PolicyTarget.Resource => CoversName(Resources, request.Name),
            _ => !Forbids || ListsNothing,
        };
    }

    private bool ListsNothing => Tools is null && Prompts is null && Resources is null && Methods is null;

    private bool CoversName(NameSet? names, string? name) =>
        ListsNothing || (names is not null && name is not null && names.Contains(name));
}
